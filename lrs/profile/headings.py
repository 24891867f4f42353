"""What the page says around the codes: headings and notes, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from lrs.profile.words import Words

HEADINGS: Mapping[str, Words] = {
    "title": Words(
        "Hồ sơ phát biểu xAPI – Bình dân học vụ số", "Statement profile – digital literacy for all"
    ),
    "skip": Words("Tới nội dung", "Skip to the content"),
    "contents": Words("Mục lục", "Contents"),
    "lead": Words(
        "Những gì một nền tảng có thể nêu ngoài xAPI thông thường, và cách từng phát biểu được tính. Trang "
        "này được tạo từ chính bảng mã và mã nguồn dùng để tính.",
        "What a platform can say beyond plain xAPI, and how each statement counts. This page is made from "
        "the very tables and code that count.",
    ),
    "other": Words("English", "Tiếng Việt"),
    "lists": Words("Tải về", "To download"),
    "whole": Words("toàn bộ (JSON)", "everything (JSON)"),
    "rules": Words("Quy tắc chung", "General rules"),
    "account": Words(
        "Người học là một tài khoản (trang chủ của nền tảng và một mã không nói lên điều gì). Không bao giờ "
        "gửi họ tên, số định danh công dân hay thư điện tử.",
        "A learner is an account: the platform's home page and an opaque id. Never send a name, a citizen's "
        "number or an e-mail address.",
    ),
    "calendar": Words(
        "Ngày, tháng và năm theo giờ Asia/Ho_Chi_Minh, tính theo timestamp của phát biểu.",
        "Days, months and years are those of Asia/Ho_Chi_Minh, by the statement's timestamp.",
    ),
    "group-actor": Words(
        "Chủ thể là Group thì từng thành viên có tài khoản được tính.",
        "Of an actor that is a Group each identified member counts.",
    ),
    "check": Words(
        "POST /check nhận đúng những gì POST /xapi/statements nhận và cho biết từng phát biểu sẽ được tính "
        "thế nào, không lưu gì cả.",
        "POST /check takes what POST /xapi/statements takes and says how each statement would count; it "
        "stores nothing.",
    ),
    "trained": Words(
        "Được đào tạo, nếu kế hoạch không có quy tắc riêng: ",
        "Trained, where a plan has no rule of its own: ",
    ),
    "example": Words("Một phát biểu mẫu", "An example"),
    "extensions": Words("Phần mở rộng", "Extensions"),
    "context": Words("trong context.extensions", "in context.extensions"),
    "result": Words("trong result.extensions", "in result.extensions"),
    "schema": Words("Lược đồ JSON", "JSON schema"),
    "examples": Words("Ví dụ", "Examples"),
    "verbs": Words("Động từ được tính", "Counted verbs"),
    "verbs-note": Words(
        "Chỉ số mà mỗi phát biểu tự nó hoặc cùng các phát biểu khác tạo ra, khi có chủ đề. Động từ khác được "
        "lưu, không được tính.",
        "The measures that a statement makes by itself or with others, where it has a topic. Other verbs are "
        "stored and not counted.",
    ),
    "verb": Words("Động từ", "Verb"),
    "meaning": Words("Ý nghĩa", "Meaning"),
    "measures": Words("Chỉ số", "Measures"),
    "courses": Words("Loại hoạt động được coi là khóa học", "Activity types taken for a course"),
    "channels": Words("Kênh", "Channels"),
    "statuses": Words("Trạng thái xác nhận", "Statuses of a confirmation"),
    "topics": Words("Chủ đề", "Topics"),
    "topics-note": Words(
        "Đăng ký của nền tảng có thể gắn hoạt động của mình với các chủ đề này hoặc chủ đề riêng.",
        "A platform's registration may map its activities to these, or to topics of its own.",
    ),
    "groups": Words("Nhóm đối tượng", "Audience groups"),
    "groups-note": Words(
        "Các nhóm chồng lên nhau và không bao giờ được cộng. Nhóm suy ra được thêm vào.",
        "Groups overlap and are never added up. What a group implies is added.",
    ),
    "implies": Words("Suy ra", "Implies"),
    "kind": Words("Loại", "Kind"),
    "sent": Words("Được gửi", "May be sent"),
    "national": Words("Nhóm theo Quyết định 757", "Group of Decision 757"),
    "outcomes": Words("Kết quả và lưu ý", "Outcomes and remarks"),
    "outcomes-table": Words("Kết quả", "Outcomes"),
    "remarks-table": Words("Lưu ý", "Remarks"),
    "units": Words("Đơn vị hành chính", "Administrative units"),
    "units-note": Words(
        "Mã không kèm hệ mã thì không có nghĩa: bảy mã tỉnh đã được dùng lại cho tỉnh khác. Xã, phường, đặc "
        "khu có trong danh sách tải về.",
        "A code without its scheme means nothing: seven province codes were used again for another province. "
        "Communes are in the list to download.",
    ),
    "as-of": Words("tên gọi tính đến", "names as of"),
    "code": Words("Mã", "Code"),
    "name": Words("Tên", "Name"),
    "became": Words("Nay thuộc", "Became part of"),
    "was": Words("Gồm", "Made of"),
    "communes": Words("Số xã", "Communes"),
    "yes": Words("có", "yes"),
    "no": Words("không", "no"),
}
