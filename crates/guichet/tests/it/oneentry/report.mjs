// What a script says: a line of JSON for every step, which the test reads.
import { VERSION, everyMethod, whatAnswered } from "./sdk.mjs";

const say = (line) => console.log(JSON.stringify({ version: VERSION, ok: true, ...line }));

// Says which methods this version has.
export function sayWhatExists() {
  for (const method of everyMethod()) say({ mode: "", method, outcome: "exists", note: "" });
}

// Says what became of one method.
export const sayOf = (mode, method, outcome, note) => say({ mode, method, outcome, note });

// Goes through the steps of a chapter, and leaves off at the first that goes wrong: those after it build
// on it.
export async function chapter(mode, name, steps) {
  let doing = "it begins";
  const step = async (note, run) => {
    doing = note;
    whatAnswered();
    const found = await run();
    for (const method of whatAnswered()) say({ mode, method, outcome: "works", note: `${name}: ${note}` });
    return found;
  };
  try {
    await steps(step);
    say({ mode, outcome: "walked", note: name });
  } catch (error) {
    const why = error instanceof Error ? error.stack : JSON.stringify(error);
    say({ mode, ok: false, outcome: "wrong", note: `${name}: ${doing}: ${why}` });
  }
}
