// ADL's xAPI wrapper for node.
"use strict";

const adl = require("adl-xapiwrapper");
const session = require("./session.js");

const { activityId, agent, assert, endpoint } = session;
const auth = { user: session.key, pass: session.secret };
const wrapper = new adl.XAPIWrapper({ url: endpoint, auth });

/** What a call is answered, `call` taking a callback; an error has the status and the body. */
function answered(call) {
  return new Promise((resolve, reject) => {
    call((error, response, body) => {
      if (error) {
        reject(error);
        return;
      }
      const { statusCode: status, headers } = response;
      if (status < 400) resolve({ body, tag: headers.etag });
      else reject(Object.assign(new Error(`${status} ${body}`), { status, body }));
    });
  });
}

const parsed = async (call) => JSON.parse((await answered(call)).body);
const page = ({ statements, more }) => ({ ids: statements.map((it) => it.id), more });

async function found(call) {
  const { body, tag } = await answered(call);
  return { content: JSON.parse(body), tag };
}

/** Delete a document: the wrapper has no method for that, but the request that all its methods make. */
function drop(resource, query) {
  const options = { method: "DELETE", url: `${endpoint}${resource}`, qs: query, auth };
  return answered((callback) => adl.xapi_request(options, null, callback));
}

const state = {
  // an object is merged, so it is sent with POST
  save: (id, content, tag) =>
    answered((callback) => wrapper.sendState(activityId, agent, id, null, content, tag, null, callback)),
  read: (id) => found((callback) => wrapper.getState(activityId, agent, id, null, null, callback)),
  drop: (id) => drop("activities/state", { activityId, agent: JSON.stringify(agent), stateId: id }),
  ids: () => parsed((callback) => wrapper.getState(activityId, agent, null, null, null, callback)),
};

session.run(async () => {
  await session.carryOut({
    post: async (statement) => (await parsed((callback) => wrapper.sendStatements(statement, callback)))[0],
    read: (id) => parsed((callback) => wrapper.getStatements({ statementId: id }, null, callback)),
    postAll: (statements) => parsed((callback) => wrapper.sendStatements(statements, callback)),
    page: async (limit) => {
      const asked = { activity: activityId, limit };
      return page(await parsed((callback) => wrapper.getStatements(asked, null, callback)));
    },
    turn: async (more) => page(await parsed((callback) => wrapper.getStatements(null, more, callback))),
    state,
    profile: {
      save: (id, content, tag) =>
        answered((callback) => wrapper.sendAgentProfile(agent, id, content, tag, tag ? null : "*", callback)),
      read: (id) => found((callback) => wrapper.getAgentProfile(agent, id, null, callback)),
      drop: (id) => drop("agents/profile", { agent: JSON.stringify(agent), profileId: id }),
      ids: () => parsed((callback) => wrapper.getAgentProfile(agent, null, null, callback)),
    },
  });
  const { content } = await state.read("kept");
  const refusal = ({ status, body }) => [status, JSON.parse(body).error.code];
  // it sends the hash that it makes itself as it is, and an entity tag has quotes (RFC 2616 3.11)
  const hash = adl.hash(JSON.stringify(content));
  await session.refused("hash", { refusal }, state.save("kept", session.FIRST, hash), {});
  assert.deepEqual((await state.read("kept")).content, content);
});
