// @xapi/cmi5: a launch, with this script in the place of the LMS, then what its `xapi` does.
"use strict";

const crypto = require("node:crypto");
const http = require("node:http");

// made for browsers: under node they are what xhr2 is
globalThis.XMLHttpRequest = require("xhr2");
const Cmi5 = require("@xapi/cmi5/dist/Cmi5.umd.js");
const session = require("./session.js");
const { documentsOf, readingOf } = require("./xapi_calls.js");

const { activityId, agent, assert } = session;
const token = Buffer.from(`${session.key}:${session.secret}`).toString("base64");
const unit = `${activityId}/unit`;
const registration = crypto.randomUUID();
const preferences = { languagePreference: "vi-VN", audioPreference: "off" };
const launchData = {
  contextTemplate: {
    contextActivities: { grouping: [{ objectType: "Activity", id: `${activityId}/block` }] },
    extensions: { "https://w3id.org/xapi/cmi5/context/extensions/sessionid": crypto.randomUUID() },
  },
  launchMode: "Normal",
  masteryScore: 0.5,
  moveOn: "CompletedAndPassed",
};

/** Store a document as an LMS does before it launches a unit. */
async function prepare(resource, query, document) {
  const parameters = new URLSearchParams({ agent: JSON.stringify(agent), ...query });
  const headers = {
    Authorization: `Basic ${token}`,
    "Content-Type": "application/json",
    "If-None-Match": "*",
    "X-Experience-API-Version": "1.0.3",
  };
  const answer = await fetch(`${session.endpoint}${resource}?${parameters}`, {
    method: "PUT",
    headers,
    body: JSON.stringify(document),
  });
  assert.equal(answer.status, 204, await answer.text());
}

/** A server that hands out the token, as an LMS's fetch URL does. */
async function listening() {
  const lms = http.createServer((request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ "auth-token": token }));
  });
  await new Promise((resolve) => {
    lms.listen(0, "127.0.0.1", resolve);
  });
  return lms;
}

session.run(async () => {
  const stateId = "LMS.LaunchData";
  await prepare("activities/state", { activityId: unit, registration, stateId }, launchData);
  await prepare("agents/profile", { profileId: "cmi5LearnerPreferences" }, preferences);
  const lms = await listening();
  const cmi5 = new Cmi5({
    endpoint: session.endpoint,
    fetch: `http://127.0.0.1:${lms.address().port}/`,
    actor: agent,
    registration,
    activityId: unit,
  });
  const posted = [(await cmi5.initialize()).data[0]];
  lms.close();
  assert.deepEqual(cmi5.getLaunchData(), launchData);
  assert.deepEqual(cmi5.getLearnerPreferences(), preferences);
  const moments = [
    () => cmi5.progress(50),
    () => cmi5.interactionTrueFalse("test", "1", true, true),
    () => cmi5.pass(0.9),
    () => cmi5.complete(),
    () => cmi5.terminate(),
  ];
  for (const moment of moments) posted.push((await moment()).data[0]);
  session.done("launched", { posted, registration });
  await session.carryOut({
    ...readingOf(cmi5.xapi),
    ...documentsOf(cmi5.xapi),
    post: async (statement) => (await cmi5.sendXapiStatement(statement)).data[0],
    postAll: async (statements) => (await cmi5.xapi.sendStatements({ statements })).data,
  });
});
