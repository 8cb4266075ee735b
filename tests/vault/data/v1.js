// The documents' encryption, in Node's own crypto: reads a JSON list on standard input, writes one.
"use strict";
const crypto = require("node:crypto");

const derive = (passphrase, salt) => crypto.pbkdf2Sync(passphrase, salt, 100000, 32, "sha256");

function encrypt({ passphrase, plaintext }) {
  const salt = crypto.randomBytes(64);
  const iv = crypto.randomBytes(16);
  const cipher = crypto.createCipheriv("aes-256-gcm", derive(passphrase, salt), iv);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  const parts = [salt, iv, cipher.getAuthTag(), sealed];
  return { passphrase, plaintext, token: parts.map((part) => part.toString("base64")).join(":") };
}

function decrypt({ passphrase, token }) {
  const [salt, iv, tag, sealed] = token.split(":").map((part) => Buffer.from(part, "base64"));
  const decipher = crypto.createDecipheriv("aes-256-gcm", derive(passphrase, salt), iv);
  decipher.setAuthTag(tag);
  const plaintext = Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8");
  return { passphrase, token, plaintext };
}

const work = { encrypt, decrypt }[process.argv[2]];
const values = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(values.map(work), null, 1) + "\n");
