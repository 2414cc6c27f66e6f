// A client of OneEntry's API in as many lines as it takes: what the `oneentry` SDK does, without it.
import { APP_TOKEN, SERVER } from "/boutique/project.js";
import { LANGUAGE, words } from "/boutique/words.js";

const PROVIDER = "/users-auth-providers/marker/email";

// The access token lives as long as the page; the refresh token is kept on the device, so that a
// customer who comes back is still signed in.
let accessToken = null;
let refreshing = null;
const refreshToken = () => localStorage.getItem("refreshToken");

function keep(tokens) {
  accessToken = tokens?.accessToken ?? null;
  if (tokens) localStorage.setItem("refreshToken", tokens.refreshToken);
  else localStorage.removeItem("refreshToken");
}

export const isSignedIn = () => refreshToken() !== null;

// Tells OneEntry's server one device from another, so that signing in again replaces a session.
function device() {
  const fingerprint = localStorage.getItem("fingerprint") ?? `UQ_${crypto.getRandomValues(new Uint32Array(4)).join("")}`;
  localStorage.setItem("fingerprint", fingerprint);
  return JSON.stringify({ fingerprint, deviceInfo: { os: navigator.platform, browser: "Boutique", location: navigator.language } });
}

async function send(method, path, body, token) {
  const headers = { "content-type": "application/json", "x-app-token": APP_TOKEN };
  if (token) headers.authorization = `Bearer ${token}`;
  if (method === "POST") headers["x-device-metadata"] = device();
  const options = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`${SERVER}/api/content${path}`, options).catch(() => {
    throw new Error(words("unreachable"));
  });
  dispatchEvent(new CustomEvent("call", { detail: { method, path, status: answer.status } }));
  return answer;
}

async function read(answer) {
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error([json?.message ?? answer.statusText].flat().join(", "));
  return json;
}

// Fresh tokens; several calls that need them wait for the same ones.
function refresh() {
  refreshing ??= (async () => {
    const answer = await send("POST", `${PROVIDER}/users/refresh`, { refreshToken: refreshToken() });
    keep(answer.ok ? await answer.json() : null);
    if (!answer.ok) dispatchEvent(new Event("signedout"));
    return answer.ok;
  })().finally(() => { refreshing = null; });
  return refreshing;
}

// One call. A token that has expired is renewed, and the call repeated once.
export async function call(method, path, body) {
  if (!accessToken && isSignedIn()) await refresh();
  let answer = await send(method, path, body, accessToken);
  if (answer.status === 401 && isSignedIn() && (await refresh())) {
    answer = await send(method, path, body, accessToken);
  }
  return read(answer);
}

export const get = (path) => call("GET", `${path}${path.includes("?") ? "&" : "?"}langCode=${LANGUAGE}`);
export const post = (path, body) => call("POST", path, body);

export const provider = () => get(PROVIDER);

export async function signUp(body) {
  await read(await send("POST", `${PROVIDER}/users/sign-up`, { ...body, langCode: LANGUAGE }));
}

export async function signIn(authData) {
  const answer = await send("POST", `${PROVIDER}/users/auth`, { authData });
  // Whether the address or the password is wrong is nobody's business, so the server does not say.
  if (answer.status === 401) throw new Error(words("wrongPassword"));
  keep(await read(answer));
}

export async function signOut() {
  await send("POST", `${PROVIDER}/users/logout`, { refreshToken: refreshToken() }, accessToken);
  keep(null);
}
