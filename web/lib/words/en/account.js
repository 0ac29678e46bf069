/** The account: notices, devices, channels, leaving and taking along. */
export default {
  "account.title": "My account",
};
