// Every chapter in every mode, one after the other, with one version of the SDK.
import { absent } from "./absent.mjs";
import { guide } from "./guide.mjs";
import { language, orders, refunds, storages } from "./orders.mjs";
import { accounts, sessions } from "./payments.mjs";
import { activation, leaving, logins, passwords, profile, providers } from "./people.mjs";
import { chapter, sayWhatExists } from "./report.mjs";
import { addresses, catalogue, forms, locales } from "./selling.mjs";
import { otherProvider, tokens } from "./tokens.mjs";
import { traps } from "./traps.mjs";
import { mistakes } from "./wrong.mjs";

const CHAPTERS = {
  guide, providers, activation, passwords, logins, profile, leaving, catalogue, forms, locales, addresses,
  storages, orders, language, accounts, sessions, refunds, tokens, otherProvider, mistakes, traps, absent,
};

sayWhatExists();
for (const mode of process.env.MODES.split(" ")) {
  for (const [name, steps] of Object.entries(CHAPTERS)) {
    await chapter(mode, name, (step) => steps(mode, step));
  }
}
