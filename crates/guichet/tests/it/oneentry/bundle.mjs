// The SDK for a browser: its published files, character by character, each in a function of its own, and
// the little that CommonJS asks for around them. It is what a shop's bundler does, without one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// What a browser has instead: the socket's own build for browsers, and nothing for `buffer`, which the SDK
// uses where there is no `fetch`.
const INSTEAD = { "socket.io-client": "socket.io-client/dist/socket.io.js", buffer: null };

// A script that defines `SDK`, the exports of that package.
export function bundle(resolve, name) {
  const modules = new Map();
  const entry = add(resolve(name), modules);
  const all = [...modules.values()].join(",\n");
  return `const SDK = ((modules) => {
    const loaded = {};
    const load = (path) => {
      if (!loaded[path]) {
        const module = (loaded[path] = { exports: {} });
        const [needs, run] = modules[path];
        run.call(module.exports, module, module.exports, (name) => (needs[name] ? load(needs[name]) : {}));
      }
      return loaded[path].exports;
    };
    return load(${JSON.stringify(entry)});
  })({${all}});`;
}

// Adds a file and everything that it requires; its path.
function add(path, modules) {
  if (modules.has(path)) return path;
  modules.set(path, "");
  const source = readFileSync(path, "utf8");
  const needs = {};
  const { resolve } = createRequire(path);
  for (const [, name] of path.includes("/dist/socket.io.") ? [] : source.matchAll(/\brequire\("([^"]+)"\)/g)) {
    const real = name in INSTEAD ? INSTEAD[name] : name;
    if (real) needs[name] = add(resolve(real), modules);
  }
  const wrapped = `function (module, exports, require) {${source}\n}`;
  modules.set(path, `${JSON.stringify(path)}: [${JSON.stringify(needs)}, ${wrapped}]`);
  return path;
}
