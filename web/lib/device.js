/** What a person calls the device in their hand, for the list of their devices: browser and system, nothing more. */

const BROWSERS = [["MicroMessenger", /MicroMessenger/], ["Alipay", /AlipayClient/], ["Edge", /Edg(e|A|iOS)?\//], ["Firefox", /Firefox|FxiOS/], ["Chrome", /Chrome|CriOS|Chromium/], ["Safari", /Safari/]];
const SYSTEMS = [["HarmonyOS", /HarmonyOS|OpenHarmony/], ["iPhone", /iPhone/], ["iPad", /iPad/], ["Android", /Android/], ["Windows", /Windows/], ["macOS", /Mac OS X/], ["Linux", /Linux/]];

const first = (names, text) => names.find(([, sign]) => sign.test(text))?.[0];

/** `Chrome · Android`, from what the browser says of itself; empty where it says nothing known. */
export const deviceName = (userAgent = globalThis.navigator?.userAgent ?? "") => [first(BROWSERS, userAgent), first(SYSTEMS, userAgent)].filter(Boolean).join(" · ");
