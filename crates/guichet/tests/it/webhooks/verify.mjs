// Verifies one webhook, given on standard input, with the npm package `standardwebhooks`: exits with
// 0 when it is good and with 3 when it is not.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.env.TEST_TOOLS, "package.json"));
let library;
try {
  library = load("standardwebhooks");
} catch {
  console.error("target/test-tools/node_modules is missing: run ./test once, it installs what the tests need");
  process.exit(1);
}
const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  new library.Webhook(secret).verify(body, headers);
} catch (error) {
  if (error instanceof library.WebhookVerificationError) process.exit(3);
  throw error;
}
