// What @xapi/xapi is called with; the one inside @xapi/cmi5 has the same methods.
"use strict";

const { activityId, agent } = require("./session.js");

const ifMatch = (tag) => ({ etag: tag, matchHeader: "If-Match" });
const ifAbsent = { etag: "*", matchHeader: "If-None-Match" };
const guard = (tag) => (tag ? ifMatch(tag) : ifAbsent);
const found = ({ data, headers }) => ({ content: data, tag: headers.etag });

/** The rows `state` and `profile` of a client. */
function documentsOf(xapi) {
  return {
    state: {
      save: (stateId, state, tag) => xapi.setState({ agent, activityId, stateId, state, ...guard(tag) }),
      read: async (stateId) => found(await xapi.getState({ agent, activityId, stateId })),
      drop: (stateId) => xapi.deleteState({ agent, activityId, stateId }),
      ids: async () => (await xapi.getStates({ agent, activityId })).data,
    },
    profile: {
      save: (profileId, profile, tag) =>
        xapi.setActivityProfile({ activityId, profileId, profile, ...guard(tag) }),
      read: async (profileId) => found(await xapi.getActivityProfile({ activityId, profileId })),
      drop: (profileId) => xapi.deleteActivityProfile({ activityId, profileId }),
      ids: async () => (await xapi.getActivityProfiles({ activityId })).data,
    },
  };
}

const page = ({ data }) => ({ ids: data.statements.map((it) => it.id), more: data.more });

/** What reads statements. */
function readingOf(xapi) {
  return {
    read: async (statementId) => (await xapi.getStatement({ statementId })).data,
    page: async (limit) => page(await xapi.getStatements({ activity: activityId, limit })),
    turn: async (more) => page(await xapi.getMoreStatements({ more })),
  };
}

module.exports = { documentsOf, readingOf };
