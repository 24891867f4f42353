// One province: its groups, topics and channels. The communes have a module of their own.

import { card } from "./card.js";
import { element } from "./element.js";
import { say, spoken } from "./language.js";
import { provenance } from "./provenance.js";
import { address } from "./state.js";
import { Table } from "./table.js";

/** `counts`: the measures that its source has of a group. */
export function groupsCard(state, report, counts) {
  const table = new Table({
    caption: say("groups-heading"),
    columns: [
      { key: "code", label: say("group"), sort: groupName, cell: (row) => element("a", { href: address({ group: row.code }), text: groupName(row) }) },
      ...counts.map((key) => ({ key, label: say(key), numeric: true, bar: key === state.measure })),
    ],
    rows: report.groups.lines.filter((it) => it.kind !== "external figures only"),
    current: (row) => row.code === state.group,
  });
  return card({
    id: "groups",
    heading: say("groups-heading"),
    note: say("groups-note"),
    foot: provenance(report.head, say("all-time").toLowerCase()),
  }, table.node);
}

function groupName(row) {
  return row.code === "not-stated" ? say("group-not-stated") : spoken() === "vi" ? row.name : row.name_en;
}

/** Topics of everybody, or of the group that was chosen. */
export function topicsCard(state, report, group) {
  const table = new Table({
    caption: say("topics-heading"),
    columns: [
      { key: "topic", label: say("topic"), sort: (row) => row.topic, cell: (row) => say("topic-name", { code: row.topic.split(":")[1] }) },
      { key: "started", label: say("started"), numeric: true },
      { key: "completed", label: say("completed"), numeric: true, bar: true },
    ],
    rows: report.topics.filter((it) => it.group === state.group),
  });
  const about = [say("all-time").toLowerCase(), group].join(" · ");
  return card({ id: "topics", heading: say("topics-heading"), foot: provenance(report.head, about) }, table.node);
}

export function channelsCard(report) {
  const table = new Table({
    caption: say("channels-heading"),
    columns: [
      { key: "channel", label: say("channel"), sort: channelName, cell: channelName },
      { key: "active", label: say("active"), numeric: true, bar: true },
      { key: "statements", label: say("statements"), numeric: true },
    ],
    rows: [...report.channels.lines],
  });
  return card({
    id: "channels",
    heading: say("channels-heading"),
    note: say("channels-note"),
    foot: provenance(report.head, say("all-of-time")),
  }, table.node);
}

function channelName(row) {
  return say(`channel-${row.channel}`);
}
