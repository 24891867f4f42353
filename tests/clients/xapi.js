// @xapi/xapi, over the adapter that is named: axios, or fetch.
"use strict";

const XAPI = require("@xapi/xapi");
const session = require("./session.js");
const { documentsOf, readingOf } = require("./xapi_calls.js");

const adapter = process.argv[2];
const auth = XAPI.toBasicAuth(session.key, session.secret);
const xapi = new XAPI({ endpoint: session.endpoint, auth, version: "1.0.3", adapter });

session.run(() =>
  session.carryOut({
    ...readingOf(xapi),
    ...documentsOf(xapi),
    post: async (statement) => (await xapi.sendStatement({ statement })).data[0],
    postAll: async (statements) => (await xapi.sendStatements({ statements })).data,
    attach: (statement, data) => xapi.sendStatement({ statement, attachments: [data] }),
    readAttached: async (statementId) => {
      const [, text] = (await xapi.getStatement({ statementId, attachments: true })).data;
      return Buffer.from(text, "utf8");
    },
    // under node, axios puts the type of a Blob, application/octet-stream, in the place of the Content-Type
    garbled: adapter === "axios" ? ["text", "picture"] : [],
    // it takes an answer for text
    unreadable: ["picture"],
    refusal: ({ response }) => [response.status, response.data.error.code],
  }),
);
