/** Times as the city reads them: China has one zone, whatever the phone is set to. */

const ZONE = "Asia/Shanghai";
const clockFace = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = {
  zh: new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric", weekday: "short" }),
  en: new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, weekday: "short", day: "numeric", month: "short" }),
};

/** 08:05:09, for an instant in milliseconds. */
export const timeOfDay = (at) => clockFace.format(at);

/** 11月22日周日, or Sun, 22 Nov. */
export const dayOf = (at, language) => days[language].format(at);

const dates = {
  zh: new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" }),
  en: new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, year: "numeric", month: "short", day: "numeric" }),
};

/** 2035年5月31日, or 31 May 2035: for what lies months or years away. */
export const dateOf = (at, language) => dates[language].format(at);

/** Day and time, for a list of past events. */
export const dayAndTime = (at, language) => `${dayOf(at, language)} ${timeOfDay(at).slice(0, 5)}`;

const MIDNIGHT = "00:00:00";

/** Until when, as people say it: a day that ends is that day's 24:00 and not the next one's 00:00. */
export function deadline(at, language) {
  return timeOfDay(at) === MIDNIGHT ? `${dayOf(at - 1, language)} 24:00` : dayAndTime(at, language);
}

/** The same with its year, for what lies months away. */
export function farDeadline(at, language) {
  const midnight = timeOfDay(at) === MIDNIGHT;
  return `${dateOf(midnight ? at - 1 : at, language)} ${midnight ? "24:00" : timeOfDay(at).slice(0, 5)}`;
}
