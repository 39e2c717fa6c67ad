"""What the pages of bulk scans say when something is refused."""

from flask_babel import gettext as _

from services.portal.pages.sentences import Said


def sentences() -> dict[str, Said]:
    """Code -> what happened, and what to do now."""
    return _of_uploads() | _of_batches() | _of_pages()


def _of_uploads() -> dict[str, Said]:
    return {
        "no_file": Said(_("还没有选择文件"), _("请先选择扫描件，再点“交送”。")),
        "upload_failed": Said(_("没有交送成功"), _("请再试一次；仍不成功请与技术支持人员联系。")),
        "too_big": Said(_("文件太大"), _("一叠最多 512 MB，请按班分开扫描。")),
        "request_entity_too_large": Said(
            _("文件太大"), _("未开启脚本时一次最多 64 MB，请按班分开扫描，或开启浏览器脚本。")
        ),
        "not_a_scan": Said(_("不是扫描件"), _("请交送 PDF、TIFF、图片或 zip 文件。")),
        "too_many_uploads": Said(
            _("未完成的交送太多"), _("请等前面的交送完成，十分钟后再试。"), "warn"
        ),
        "uploads_full": Said(_("系统正忙"), _("许多学校正在交送，请十分钟后再试。"), "warn"),
        "busy": Said(_("系统正忙"), _("请过几秒再试。"), "warn"),
        "disk_full": Said(_("系统暂时存不下"), _("请十分钟后再试，并通知系统管理员。"), "warn"),
        "too_many_pages": Said(_("页数太多"), _("一叠最多 2500 页，请按班分开扫描。")),
        "damaged": Said(_("文件没有传完整"), _("请重新选择文件交送。")),
        "expired": Said(_("这次交送已过期"), _("超过 24 小时没有传完，请重新交送。"), "warn"),
        "gone": Said(_("这次交送已取消"), _("请重新交送。"), "warn"),
        "unknown_upload": Said(_("这次交送已取消"), _("请重新交送。"), "warn"),
        "not_all_of_the_batch": Said(
            _("有文件没有传完"), _("请重新选择同样的文件再点“交送”，会从中断处继续。"), "warn"
        ),
    }


def _of_batches() -> dict[str, Said]:
    return {
        "unknown_batch": Said(_("没有这一批"), _("请从批量扫描的列表进入。")),
        "batch_held": Said(
            _("另一位同事正在处理这一批"), _("五分钟没有操作会自动交还，到时您可以接手。"), "warn"
        ),
        "batch_not_yours": Said(
            _("这一批由同事交送"),
            _("只有交送人能确认或作废；请其确认，或由学籍管理员接手。"),
            "warn",
        ),
        "batch_closed": Said(_("这一批已经办结"), _("下面是它现在的状态。"), "warn"),
        "batch_not_read": Said(
            _("还有页面没有识别完"), _("请等识别完成再确认全部，或先确认部分页面。"), "warn"
        ),
        "no_page_chosen": Said(_("还没有勾选页面"), _("请先勾选要确认的页面。")),
    }


def _of_pages() -> dict[str, Said]:
    return {
        "unknown_page": Said(_("没有这一页"), _("请从这一叠的页面列表进入。")),
        "page_committed": Said(_("这一页已经计入"), _("已确认的页面不能在这里改动。"), "warn"),
        "page_placed": Said(_("这张照片已经有人处理"), _("下面是它现在的状态。"), "warn"),
        "page_not_seen": Said(_("图像还在准备"), _("请过几秒钟刷新本页。"), "warn"),
        "page_not_placed": Said(_("有页面还没有指定是谁的"), _("请先指定或作废这些页面。")),
        "nothing_committed": Said(_("没有可以撤回的页面"), _("这一批还没有页面计入回收。"), "warn"),
        "page_entered": Said(
            _("已经据此录入"), _("这一页的内容已有人录入，不能撤回；请先撤回录入。"), "warn"
        ),
        "nothing_to_undo": Said(_("没有可以撤销的改动"), _("下面是它现在的状态。"), "warn"),
        "unknown_sheet": Said(_("本校没有印过这张表"), _("请核对纸上的表号。")),
        "bad_sheet_number": Said(
            _("表号输入有误"), _("应为 16 位数字，请对照纸的左上角或右下角核对。")
        ),
        "unknown_sheet_number": Said(
            _("本校没有这个表号的表"), _("请核对；如果是别校的表，请转交后作废这一页。")
        ),
        "no_such_side": Said(_("这张表没有背面"), _("请选择正面。")),
    }
