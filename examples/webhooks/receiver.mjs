// A receiver of a city's webhooks: answers the challenge, believes only what is signed, does everything once.
//
//     npm install
//     WEBHOOK_SECRET=whsec_… node receiver.mjs 8090
//
// Put it behind something that speaks HTTPS; a city sends to nothing else. What you do with an event goes into `handle`.

import { createServer } from "node:http";
import { argv, env } from "node:process";
import { Webhook } from "standardwebhooks";

const LARGEST_BODY_BYTES = 64 * 1024;
const REMEMBERED = 100_000;
const MUST_HAVE = ["id", "source", "type", "time"];

const webhook = new Webhook(env.WEBHOOK_SECRET);
const done = new Set();

/** What this example does with an event: one line of it. */
function handle(event) {
  console.log(JSON.stringify(event));
}

/** Whether a document is an event in the structured JSON of CloudEvents 1.0. */
function isEvent(event) {
  return event?.specversion === "1.0" && MUST_HAVE.every((name) => event[name]) && typeof event.data === "object";
}

/** The event of a request, null where whoever sent it does not know the secret, or sent it long ago. */
function verified(body, headers) {
  try {
    return webhook.verify(body, headers);
  } catch {
    return null;
  }
}

/** Do an event, then remember it: one whose handling fails is answered with 500, and comes again. */
function doOnce(event) {
  if (done.has(event.id)) return;
  handle(event);
  done.add(event.id);
  if (done.size > REMEMBERED) done.delete(done.values().next().value);
}

/** The status to answer with, and the body. */
function receive(body, headers) {
  const event = verified(body, headers);
  if (event === null) return [401, ""];
  if (!isEvent(event) || event.id !== headers["webhook-id"]) return [400, ""];
  if (event.type === "webhook.challenge") return [200, JSON.stringify({ challenge: event.data.challenge })];
  doOnce(event);
  return [204, ""];
}

/** The body of a request as text, null where it is longer than any event. */
async function read(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > LARGEST_BODY_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

const server = createServer(async (request, response) => {
  try {
    const body = await read(request);
    const [status, answer] = body === null ? [413, ""] : receive(body, request.headers);
    response.writeHead(status, { "content-type": "application/json" }).end(answer);
  } catch (error) {
    response.writeHead(500).end();
    console.error(error);
  }
});

server.listen(Number(argv[2] ?? 8090), "127.0.0.1", () => console.error(`listening on ${server.address().port}`));
