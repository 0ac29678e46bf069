"""What stands on a paper, in Chinese and in English."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

PRINTED_ZONE = ZoneInfo("Asia/Shanghai")
"""Paper shows Beijing time, as all of the country's clocks do."""

TITLE = ("一码 · 纸质码", "Yima paper code")
NAME = ("姓名", "Name")
VALID_UNTIL = ("有效期至", "Valid until")
NUMBER = ("编号", "Number")
SPECIMEN = "样本 SPECIMEN"

PURPOSE = (
    (
        "用途",
        "没有手机时出示本码，工作人员扫码后即可核验身份和当前状态。纸面不显示颜色，以扫码结果为准。",
    ),
    (
        "What it is for",
        "Show it where you would show the code on a phone. Staff scan it and see your status of that moment;"
        " there is no colour on paper.",
    ),
)
LOSS = (
    (
        "遗失",
        "请立即凭编号在个人页面或任一服务窗口挂失，挂失后不可撤销。补办新码后，旧码随即失效。",
    ),
    (
        "If it is lost",
        "Report it at once with its number, on your page or at any service desk. This cannot be undone."
        " Once another paper is made, this one is void.",
    ),
)
CARE = (
    ("注意", "请勿折叠、涂改二维码，请勿借给他人使用。"),
    ("Please", "Do not fold or write on the symbol, and do not lend it to anybody."),
)
CUT = ("沿虚线剪下，沿中线对折", "Cut along the dashed line, fold in the middle")
SCALE = ("请按 100% 比例打印", "Print at 100 %")


def printed_time(instant: int) -> str:
    """An instant as paper shows it, to the minute."""
    return datetime.fromtimestamp(instant, PRINTED_ZONE).strftime("%Y-%m-%d %H:%M")
