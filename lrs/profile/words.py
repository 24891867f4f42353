"""Words for what the code names by itself: in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from schemas.reading import Action, Outcome, Remark
from schemas.ruleset import TrainedRule


class Words(NamedTuple):
    """The same in both languages."""

    vi: str
    en: str


def trained(rule: TrainedRule) -> Words:
    """A rule for *trained*."""
    ways = [
        f"{count} {noun}"
        for count, noun in ((rule.topics, "chủ đề"), (rule.courses, "khóa học"))
        if count is not None
    ]
    verb = "hoàn thành hoặc tham dự" if rule.attended else "hoàn thành"
    return Words(f"{verb} ít nhất {' hoặc '.join(ways)}" if ways else "không ai", rule.describe())


ACTIONS: Mapping[Action, Words] = {
    Action.REGISTERED: Words("ghi danh: người học đã đăng ký", "registers the learner"),
    Action.STARTED: Words(
        "có học: đang hoạt động, chưa hoàn thành", "is learning: active, nothing completed"
    ),
    Action.COMPLETED: Words("hoàn thành chủ đề hoặc khóa học", "completes a topic or a course"),
    Action.ATTENDED: Words(
        "tham dự: có học; được tính là đã được đào tạo nếu quy tắc của kế hoạch cho phép",
        "attends: active; trained where a plan's rule says so",
    ),
    Action.CERTIFIED: Words("được cấp chứng nhận", "earns a certificate"),
    Action.VOIDING: Words("hủy một phát biểu trước đó", "voids an earlier statement"),
}

MEASURES: Mapping[str, Words] = {
    "registered": Words("đã đăng ký", "registered"),
    "registered-inferred": Words("đã đăng ký (suy ra)", "registered (inferred)"),
    "active": Words("có hoạt động", "active"),
    "trained": Words("đã được đào tạo", "trained"),
    "certified": Words("đã có chứng nhận", "certified"),
}

CHANNELS: Mapping[str, Words] = {
    "online": Words("trực tuyến", "online"),
    "in-person": Words("trực tiếp tại lớp", "in person"),
    "mobile-point": Words("điểm học lưu động", "mobile learning point"),
    "blended": Words("kết hợp", "blended"),
}

STATUSES: Mapping[str, Words] = {
    "confirmed": Words("đã xác nhận", "confirmed"),
    "pending": Words("đang chờ", "pending"),
    "rejected": Words("bị từ chối", "rejected"),
    "revoked": Words("đã thu hồi", "revoked"),
}

KINDS: Mapping[str, Words] = {
    "learner": Words("nhóm người học", "of learners"),
    "union": Words("nhóm gộp", "union of groups"),
    "external figures only": Words("chỉ cho số liệu bên ngoài", "for external figures only"),
}

OUTCOMES: Mapping[Outcome | Remark, str] = {
    Outcome.COUNTED: "Được tính vào số liệu của một tỉnh, hoặc là phát biểu hủy.",
    Outcome.VOIDED: "Đã bị hủy: không còn trong số liệu người học.",
    Outcome.UNKNOWN_VERB: "Động từ không nằm trong danh sách được tính: chỉ được lưu.",
    Outcome.NO_LEARNER: "Chủ thể không xác định được ai: hãy gửi một tài khoản.",
    Outcome.PROVINCE_NOT_ALLOWED: "Đăng ký của nền tảng không cho phép báo cáo tỉnh này.",
    Outcome.UNKNOWN_CODE: "Đơn vị hành chính không có trong hệ mã đã nêu: vào dòng không nêu của cả nước.",
    Outcome.NO_UNIT: "Phát biểu và đăng ký đều không nêu đơn vị: vào dòng không nêu của cả nước.",
    Outcome.TRIAL: "Nền tảng đang, hoặc khi đó, chạy thử: được lưu và xem trước, không vào số liệu nào.",
    Remark.CLOCK_AHEAD: "Thời điểm sau giờ của kho: tính theo lúc được lưu.",
    Remark.UNKNOWN_COMMUNE: "Xã không thuộc tỉnh đã nêu: chỉ tính ở cấp tỉnh.",
    Remark.UNKNOWN_GROUP: "Có mã nhóm không biết: đã bỏ qua.",
    Remark.NO_GROUP: "Phát biểu và đăng ký đều không nêu nhóm.",
    Remark.UNMAPPED_TOPIC: "Không phải chủ đề cũng không phải khóa học: không ai gần hơn tới được đào tạo.",
    Remark.UNKNOWN_CHANNEL: "Kênh không biết: tính là không nêu.",
    Remark.CONFIRMATION_NOT_ALLOWED: "Đăng ký của nền tảng không cho phép xác nhận.",
    Remark.UNKNOWN_STATUS: "Trạng thái xác nhận không biết: đã bỏ qua.",
    Remark.MALFORMED_EXTENSION: "Phần mở rộng sai dạng: đã bỏ qua.",
    Remark.IDENTITY_NUMBER: "Tên tài khoản có dạng số định danh công dân: không bao giờ được gửi.",
    Remark.VOIDING: "Phát biểu hủy: được tính là phát biểu, không tính cho việc học của ai.",
}
"""What each outcome and remark means, in Vietnamese; `lrs.reports.platform` has the English."""
