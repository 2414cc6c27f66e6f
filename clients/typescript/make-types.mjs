// Makes src/contract.ts of the server's description. Its examples are left out: they are long, and the reference has them.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const bare = (key, value) => (key === "example" || key === "examples" ? undefined : value);
const contract = JSON.parse(await readFile(new URL("../openapi.json", import.meta.url), "utf8"), bare);
const head = "// Made of ../openapi.json by make-types.mjs.\n";
await writeFile(new URL("src/contract.ts", import.meta.url), head + astToString(await openapiTS(contract)));
