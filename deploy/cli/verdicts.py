"""What an office is told about a page of a sheet: one sentence per verdict, in two languages."""

from deploy.cli.sentences import speaks_chinese
from shared.contracts.scan_commands import PageVerdict

SENTENCES = {
    PageVerdict.PENDING: ("正在查看各栏", "its cells are being looked at"),
    PageVerdict.COMPLETE: ("完整", "complete"),
    PageVerdict.UNSIGNED: ("没有签名", "not signed"),
    PageVerdict.CORNER_OUTSIDE: ("有一个角不在图中", "a corner is outside"),
    PageVerdict.CORNER_COVERED: ("有一个角被遮住", "a corner is covered"),
    PageVerdict.TOO_SMALL: ("图太小，读不出更正内容", "too small to read the changes"),
    PageVerdict.BLURRED_CHANGES: ("模糊，读不出更正内容", "too blurred to read the changes"),
    PageVerdict.NOT_FLAT: ("纸没有铺平，读不准更正内容", "not flat enough to read the changes"),
    PageVerdict.GLARE_ON_SIGNATURE: ("签名处反光", "glare on the signature"),
    PageVerdict.READER_DIED: ("识别程序出错，请人工查看", "the reader failed: look at it yourself"),
}


def said(verdict: PageVerdict) -> str:
    """The sentence in the operator's language."""
    return SENTENCES[verdict][0 if speaks_chinese() else 1]
