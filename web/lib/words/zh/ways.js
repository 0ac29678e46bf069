/** 家人、纸质码、卡片与标签：不用自己的手机出示码的人怎样出行。 */
export default {
  "ways.title": "家人与其他凭证",
  "pass.for": "代 {name} 出示 · 由监护人出示",
  "family.own": "回到我自己的码",
};
