"""Sizes and what is to be done, in words."""

from datetime import date, timedelta

from flask_babel import gettext as _

from services.portal.pages.moments import day_told
from shared.contracts.archive_commands import ArchiveShown

_STEP = 1000
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
# Longer than this nothing waits in the landing while storage works: its sweep comes every 3 s.
_MANY_WAIT = 100
_FULL_SOON_DAYS = 30
_NEARLY_FULL = 0.9


def size_told(count: int) -> str:
    """Bytes as people read them, with three digits at most before the point: "1.2 GB"."""
    size, unit = float(count), 0
    while size >= _STEP and unit < len(_UNITS) - 1:
        size, unit = size / _STEP, unit + 1
    return (
        f"{size:.0f} {_UNITS[unit]}" if unit == 0 or size >= 100 else f"{size:.1f} {_UNITS[unit]}"
    )


def used_bytes(shown: ArchiveShown) -> int:
    """What the archive keeps altogether."""
    return sum(one.bytes for one in shown.campaigns)


def days_left(shown: ArchiveShown) -> int | None:
    """Until the quota is reached at the pace of the last week; None where nothing tells."""
    if not shown.quota_bytes or not shown.bytes_a_day:
        return None
    return max(0, shown.quota_bytes - used_bytes(shown)) // shown.bytes_a_day


def forecast(shown: ArchiveShown, today: date) -> str:
    """When the archive will be full, in a sentence."""
    if not shown.quota_bytes:
        return str(_("没有设置容量上限，不能预测。上限由 HECHA_STORAGE_QUOTA_GB 设置。"))
    left = days_left(shown)
    if left is None:
        return str(_("最近七天没有存入，不会用满。"))
    if left > 3650:
        return str(_("按最近七天的速度，十年内不会用满。"))
    return str(
        _("按最近七天的速度，约 %(days)d 天后（%(day)s）用满。", days=left, day=_day(today, left))
    )


def to_do(shown: ArchiveShown) -> list[str]:
    """What calls for somebody, the most urgent first; empty when all is well."""
    told: list[str] = []
    if shown.quota_bytes and used_bytes(shown) >= _NEARLY_FULL * shown.quota_bytes:
        told.append(_("容量已用九成以上：请扩充对象存储，并提高 HECHA_STORAGE_QUOTA_GB。"))
    elif (left := days_left(shown)) is not None and left <= _FULL_SOON_DAYS:
        told.append(_("一个月内会用满：请现在安排扩充对象存储。"))
    if shown.waiting >= _MANY_WAIT:
        told.append(_("待入库的照片较多：请查看 storage 服务是否就绪，必要时增加其副本。"))
    if any(not key.is_current and key.objects for key in shown.keys):
        told.append(_("有对象仍由旧密钥封装：请在服务器上再运行一次 hecha storage rotate。"))
    if {one.campaign for one in shown.campaigns} - {key.campaign for key in shown.keys}:
        told.append(_("有核查批次的对象没有密钥：密钥环可能不是最新的，请立即联系安全管理员。"))
    return [str(one) for one in told]


def _day(today: date, left: int) -> str:
    return day_told(today + timedelta(days=left))
