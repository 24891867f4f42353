// Makes the replica set and the store's user. MEMBERS: addresses with commas between them, the first is asked.
const members = process.env.MEMBERS.split(",");
const admin = encodeURIComponent(process.env.MONGODB_ADMIN_PASSWORD);
const database = connect(`mongodb://admin:${admin}@${members[0]}/admin?directConnection=true`);

try {
  database.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  database.adminCommand({ replSetInitiate: { _id: "lrs", members: members.map((host, _id) => ({ _id, host })) } });
}
while (!database.hello().isWritablePrimary) sleep(200);

// readWrite is not enough: `lrs migrate` changes validators, which dbAdmin may.
const store = database.getSiblingDB("lrs");
const user = {
  pwd: process.env.MONGODB_PASSWORD,
  roles: [
    { role: "readWrite", db: "lrs" },
    { role: "dbAdmin", db: "lrs" },
  ],
};
if (store.getUser("lrs") === null) store.createUser({ user: "lrs", ...user });
else store.updateUser("lrs", user);
