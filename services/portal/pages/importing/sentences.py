"""What the pages of importing say when something is refused."""

from flask_babel import gettext as _

from services.portal.pages.sentences import Said


def sentences() -> dict[str, Said]:
    """Code -> what happened, and what to do now."""
    return _of_files() | _of_steps()


def _of_files() -> dict[str, Said]:
    return {
        "no_roster": Said(_("还没有选择文件"), _("请先选择名册，再点“上传并核对”。")),
        "empty_file": Said(_("文件是空的"), _("请重新导出名册。")),
        "too_large": Said(_("文件太大"), _("名册最大 100 MB，请按年级或班级分成几个文件。")),
        "too_many_rows": Said(_("行数太多"), _("名册最多 20 万行，请分成几个文件。")),
        "too_many_columns": Said(_("列数太多"), _("表格最多 300 列，请删去多余的列。")),
        "damaged_file": Said(
            _("文件已损坏，或不是表格"), _("请用表格软件重新导出为 .xlsx 后再上传。")
        ),
        "encrypted": Said(_("文件设有打开密码"), _("请去掉密码，另存后再上传。")),
        "macros": Said(_("文件带有宏"), _("请另存为不含宏的 .xlsx。")),
        "zip_bomb": Said(_("文件解压后异常巨大"), _("请重新导出名册。")),
        "web_page": Said(
            _("这个文件其实是网页，只是名字叫 .xls"), _("请用表格软件打开，另存为 .xlsx 后再上传。")
        ),
        "bad_encoding": Said(_("文字编码无法识别"), _("请另存为 .xlsx，或存为 UTF-8 编码的 CSV。")),
        "no_header": Said(
            _("找不到表头"), _("前 20 行内需要有一行同时含“姓名”和“学籍号”（或“身份证件号”）。")
        ),
        "unknown_school": Said(
            _("没有这个学校"), _("请核对学校标识码，或联系县级管理员添加学校。")
        ),
        "given_up": Said(_("没有核对完"), _("系统试了三次都没有完成，请与技术支持人员联系。")),
    }


def _of_steps() -> dict[str, Said]:
    return {
        "too_many": Said(
            _("未办完的名册太多"), _("请先写入或取消列表里的名册，再上传新的。"), "warn"
        ),
        "known": Said(_("这个文件已经上传过"), _("请从下面的列表进入。"), "warn"),
        "roster_file": Said(
            _("这份名册现在不能这样办"), _("它可能已经写入或取消；下面是它现在的状态。"), "warn"
        ),
        "roster_not_checked": Said(_("还没有核对完"), _("请等核对完成、看过结果再写入。"), "warn"),
        "large_change": Said(
            _("有班级变动超过五分之一"), _("请核对下面列出的班级，确认无误后勾选再写入。"), "warn"
        ),
        "unknown_column": Said(_("没有这个栏目"), _("请从列表中选择栏目名称；不导入的列请清空。")),
        "unknown_field": Said(_("没有这个栏目"), _("请从列表中选择栏目名称。")),
        "no_errors": Said(_("没有错行"), _("不需要下载更正表。"), "good"),
    }
