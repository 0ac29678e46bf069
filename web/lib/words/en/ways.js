/** Family, paper, cards and groups: the ways of those who do not show a code on a phone of their own. */
export default {
  "ways.title": "Family and other ways in",
  "pass.for": "For {name} · shown by their guardian",
  "family.own": "Back to my own code",
};
