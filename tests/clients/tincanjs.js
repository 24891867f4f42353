// TinCanJS.
"use strict";

const TinCan = require("tincanjs");
const session = require("./session.js");

const VERSION = "1.0.2"; // the newest it knows
const JSON_TYPE = "application/json";
const activity = new TinCan.Activity({ id: session.activityId });
const agent = new TinCan.Agent(session.agent);
const lrs = new TinCan.LRS({
  endpoint: session.endpoint,
  username: session.key,
  password: session.secret,
  version: VERSION,
  allowFail: false,
});

/** What a method is answered; an error has the status and the body. */
function asked(method, ...words) {
  const options = words.pop();
  return new Promise((resolve, reject) => {
    const callback = (status, result) => {
      const told = `${method}: ${status}`;
      if (status === null) resolve(result);
      else reject(Object.assign(new Error(`${told} ${result.responseText}`), { status, result }));
    };
    lrs[method](...words, { ...options, callback });
  });
}

const page = ({ statements, more }) => ({ ids: statements.map((it) => it.id), more });
const found = ({ contents, etag }) => ({ content: contents, tag: etag });

session.run(() =>
  session.carryOut({
    post: async (statement) => {
      const answer = await asked("saveStatement", new TinCan.Statement(statement, { doStamp: false }), {});
      return JSON.parse(answer.responseText)[0];
    },
    read: async (id) => (await asked("retrieveStatement", id, {})).asVersion(VERSION),
    postAll: async (statements) => {
      const made = statements.map((it) => new TinCan.Statement(it));
      return JSON.parse((await asked("saveStatements", made, {})).responseText);
    },
    page: async (limit) => page(await asked("queryStatements", { params: { activity, limit } })),
    turn: async (more) => page(await asked("moreStatements", { url: more })),
    state: {
      save: (id, content, tag) =>
        asked("saveState", id, content, { agent, activity, contentType: JSON_TYPE, lastSHA1: tag }),
      read: async (id) => found(await asked("retrieveState", id, { agent, activity })),
      drop: (id) => asked("dropState", id, { agent, activity }),
      ids: () => asked("retrieveStateIds", { agent, activity }),
    },
    profile: {
      save: (id, content, tag) =>
        asked("saveAgentProfile", id, content, { agent, contentType: JSON_TYPE, lastSHA1: tag }),
      read: async (id) => found(await asked("retrieveAgentProfile", id, { agent })),
      drop: (id) => asked("dropAgentProfile", id, { agent }),
      ids: () => asked("retrieveAgentProfileIds", { agent }),
    },
    attach: (statement, content) => {
      const made = new TinCan.Statement(statement);
      made.attachments[0].content = content;
      return asked("saveStatement", made, {});
    },
    readAttached: async (id) => {
      const statement = await asked("retrieveStatement", id, { params: { attachments: true } });
      return Buffer.from(statement.attachments[0].content);
    },
    // under node it sends a body as text: what is no UTF-8 arrives as something else
    garbled: ["picture"],
    unreadable: [],
    refusal: ({ status, result }) => [status, JSON.parse(result.responseText).error.code],
  }),
);
