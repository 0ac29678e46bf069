/** What each office works with. The city decides what an officer may do; this only says what is worth showing. */

export const ROLES = {
  health_officer: { views: ["overrides", "policies", "report"], writes: true },
  appeal_reviewer: { views: ["appeals", "figures"], writes: true, levels: [1] },
  senior_reviewer: { views: ["appeals", "figures"], writes: true, levels: [2, 1] },
  helper: { views: ["desk"], writes: true },
  operator: { views: ["clients", "alerts"], writes: false, registers: true },
  auditor: { views: ["overrides", "policies", "report", "figures", "alerts", "deeds", "clients", "retention"], writes: false, closes: true },
};

/** The acts that can follow on where an override stands. */
const OVERRIDE_ACTS = { proposed: ["approval", "rejection", "withdrawal"], seconded: ["approval", "rejection", "withdrawal"], approved: ["end"] };

export const overrideActs = ({ state }) => OVERRIDE_ACTS[state] ?? [];

/** The acts that can follow on where a roll-out stands. */
const ROLL_OUT_ACTS = { proposed: ["approval", "rejection"], rolling_out: ["rollback"], complete: ["rollback"] };

export const rollOutActs = ({ state }) => ROLL_OUT_ACTS[state] ?? [];

/** The year and month of an instant in milliseconds, as the reports are asked for: `2026-09` (UTC). */
export const monthOf = (at) => new Date(at).toISOString().slice(0, 7);

/** The day of an instant in milliseconds, as logs are asked for: `2026-09-21` (UTC). */
export const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** The documents in a text, one per line or between commas, each once. */
export const documentsIn = (text) => [...new Set(text.toUpperCase().split(/[\s,;，；、]+/).filter(Boolean))];
