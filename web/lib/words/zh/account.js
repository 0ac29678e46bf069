/** 账户：通知、设备、渠道、注销与导出。 */
export default {
  "account.title": "我的账户",
};
