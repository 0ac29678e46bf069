/** The demo city that a local server offers: invented people and programs to sign in as. A real city has none. */

const NONE = { residents: [], verifiers: [], partners: [], officers: [], demo: false };

/** `/city.json`, or an empty city where it does not exist. */
export async function demoCity(url = new URL("../city.json", import.meta.url)) {
  try {
    const answer = await fetch(url, { cache: "no-store" });
    return answer.ok ? { ...NONE, demo: true, ...(await answer.json()) } : NONE;
  } catch {
    return NONE;
  }
}

/** Who can scan in a demo city: verifiers and partners, and after each its gates, which log in by themselves and stand where they were registered. */
export function scannersOf({ verifiers, partners }) {
  const gates = ({ name, terminals = [] }) => terminals.map((gate) => ({ name: `${name} · ${gate.name}`, client_id: gate.terminal_id, client_secret: gate.client_secret, place: gate.place }));
  return [...verifiers, ...partners].flatMap((client) => [client, ...gates(client)]);
}
