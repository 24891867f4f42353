// The steps that every client takes, told on standard output as one JSON line each.
//
// A script gives `carryOut` what its client does for each of them. LRS_URL, LRS_KEY and LRS_SECRET say where
// the store is, LRS_NAME what this run's learner and activity are called.
"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");

const { LRS_URL, LRS_KEY: key, LRS_SECRET: secret, LRS_NAME: name } = process.env;
const endpoint = `${LRS_URL}/xapi/`;

const home = "https://client.example";
const activityId = `${home}/${name}`;
const agent = { objectType: "Agent", account: { homePage: home, name } };

const FIRST = { page: 3, note: "Tới trang kế tiếp" };
const SECOND = { page: 4, note: "Hết chương" };
const TEXT = Buffer.from("Giấy chứng nhận", "utf8");
const PICTURE = Buffer.from([0xff, 0xd8, 0x00, 0x0d, 0x0a, 0x2d, 0x2d, 0x80, 0xc3, 0x28]);
const FILES = { text: [TEXT, "text/plain; charset=utf-8"], picture: [PICTURE, "image/jpeg"] };

/** A statement about `activityId`; without an id, where `more` has none. */
function statement(more = {}) {
  const verb = { id: "http://adlnet.gov/expapi/verbs/experienced", display: { "vi-VN": "đã xem" } };
  return { actor: agent, verb, object: { objectType: "Activity", id: activityId }, ...more };
}

/** A statement with an id that names one attachment. */
function illustrated(data, contentType) {
  const attachment = {
    usageType: "http://id.tincanapi.com/attachment/supporting_media",
    display: { "vi-VN": "Bài làm" },
    contentType,
    length: data.length,
    sha2: crypto.createHash("sha256").update(data).digest("hex"),
  };
  return statement({ id: crypto.randomUUID(), attachments: [attachment] });
}

/** Tell that a step is done, and what came of it. */
function done(step, found) {
  process.stdout.write(`${JSON.stringify({ step, ...found })}\n`);
}

async function refused(what, client, sending, found) {
  const error = await sending.then(
    () => assert.fail(`not refused: ${what}`),
    (reason) => reason,
  );
  done(`refused ${what}`, { ...found, error: client.refusal(error) });
}

async function paged(client) {
  const batch = Array.from({ length: 5 }, () => statement({ id: crypto.randomUUID() }));
  const ids = batch.map((it) => it.id);
  assert.deepEqual(await client.postAll(batch), ids);
  const pages = [];
  for (let page = await client.page(2); ; page = await client.turn(page.more)) {
    pages.push(page.ids);
    if (!page.more) break;
  }
  done("paged", { posted: ids, pages });
}

async function documents(step, resource) {
  for (const id of ["kept", "dropped"]) {
    await resource.save(id, FIRST, null);
    const found = await resource.read(id);
    assert.deepEqual(found.content, FIRST);
    await resource.save(id, SECOND, found.tag);
  }
  await resource.drop("dropped");
  assert.deepEqual(await resource.ids(), ["kept"]);
  done(step, { content: (await resource.read("kept")).content });
}

async function attached(what, client) {
  const [data, contentType] = FILES[what];
  const given = illustrated(data, contentType);
  const found = { id: given.id, data: data.toString("base64") };
  const sending = client.attach(given, new Uint8Array(data).buffer);
  if (client.garbled.includes(what)) {
    await refused(what, client, sending, found);
    return;
  }
  await sending;
  if (!client.unreadable.includes(what)) assert.deepEqual(await client.readAttached(given.id), data);
  done(`attached ${what}`, found);
}

/**
 * Take the steps with a client:
 *
 * post(statement), read(id), postAll(statements), page(limit) and turn(more) → {ids, more};
 * state and profile: save(id, content, tag), read(id) → {content, tag}, drop(id), ids();
 * attach(statement, data) and readAttached(id) → data, where it can: `garbled` names the data that it spoils
 * on the way, so that it is refused (refusal(error) → [status, code]), and `unreadable` what it cannot read
 * back.
 */
async function carryOut(client) {
  const id = await client.post(statement());
  done("posted", { id });
  done("read", { statement: await client.read(id) });
  await paged(client);
  await documents("state", client.state);
  await documents("profile", client.profile);
  if (client.attach) for (const what of Object.keys(FILES)) await attached(what, client);
}

/** Run a script's steps: the first that fails ends it. */
function run(steps) {
  steps().catch((error) => {
    process.stderr.write(`${error.stack || JSON.stringify(error)}\n`);
    process.exit(1);
  });
}

module.exports = { FIRST, activityId, agent, assert, carryOut, done, endpoint, key, refused, run, secret };
