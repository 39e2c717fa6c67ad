"""What a registrar is told: one sentence per refusal, saying what to do. Never the value."""

from shared.contracts.fields import Catalogue

ROW_SENTENCES = {
    "missing": "“{field}”为空，请补填。",
    "no_key": "学籍号和身份证件号都为空，无法确认是哪名学生，请至少填写一项。",
    "id_shape": "“{field}”不是 18 位（前 17 位数字，末位数字或 X），请对照户口簿或身份证核对；确无证件号的请留空，证件类型选“其他”。",
    "id_check": "“{field}”校验码不对，多为录入错一位或两位颠倒，请对照户口簿或身份证核对。",
    "id_birth_date": "“{field}”第 7 至 14 位不是有效日期，请核对。",
    "id_scientific": "“{field}”已被表格软件变成科学计数法（如 4.4E+17），末几位已丢失，请把该列设为文本格式后重新填写。",
    "id_zeros": "“{field}”被表格软件当作数字保存，末几位已变成 0，请把该列设为文本格式后重新填写。",
    "id_other_birth_date": "身份证件号中的出生日期与“出生日期”栏不一致，请核对是哪一项有误。",
    "id_other_sex": "身份证件号第 17 位所示性别与“性别”栏不一致，请核对是哪一项有误。",
    "id_repeated": "身份证件号与本表第 {other} 行相同，请核对哪一行有误。",
    "id_known": "身份证件号已登记在另一名学生名下，未导入；请与对方学校核对，属转学的请先办转学。",
    "number_shape": "“{field}”应为 19 位，以 G、J 或 L 开头，请从学籍系统重新导出或核对。",
    "number_repeated": "与本表第 {other} 行是同一名学生（学籍号相同），请删去重复的一行。",
    "number_elsewhere": "该学籍号登记在另一所学校，未导入；如已转入，请先办结转学手续。",
    "same_pupil": "与本表另一行是同一名学生，请删去重复的一行。",
    "unknown_school": "系统中没有这个学校标识码，请核对 10 位代码，或联系县级管理员添加学校。",
    "other_school": "这一行属于别的学校，不能在本校导入，请移出后由该校导入。",
    "not_below": "这一行的学校不在您的管理范围内，不能由您导入，请移出后由该校或其上级导入。",
    "name": "“{field}”含有数字或符号，或超过 60 个字，请核对。",
    "date": "“{field}”不是有效日期，请写成 20120506 或 2012-05-06。",
    "month": "“{field}”不是有效年月，请写成 201809 或 2018-09。",
    "integer": "“{field}”应为整数，请核对。",
    "decimal": "“{field}”应为数字（公里），请核对。",
    "code": "“{field}”不在可选项之内，请从下拉列表中选择。",
    "too_long": "“{field}”超过 200 个字，请缩短。",
    "older_than_change": "“{field}”已按核查审核通过的变更更新，文件中仍是变更前的旧值，未覆盖；请先在学籍系统中更新，再重新导出。",
}
FILE_SENTENCES = {
    "empty_file": "文件是空的，请重新导出名册。",
    "too_big": "文件超过 100 MB，请按年级或班级分成几个文件。",
    "too_many_rows": "名册超过 20 万行，请分成几个文件。",
    "too_many_columns": "表格超过 300 列，请删去多余的列。",
    "damaged_file": "文件已损坏或不是表格文件，请重新导出为 .xlsx。",
    "encrypted": "文件设有打开密码，请去掉密码后另存再导入。",
    "macros": "文件带有宏，请另存为不含宏的 .xlsx。",
    "zip_bomb": "文件解压后异常巨大，已拒绝；请重新导出名册。",
    "web_page": "这个文件其实是网页，只是名字叫 .xls；请用表格软件打开后另存为 .xlsx。",
    "bad_encoding": "文字编码无法识别，请另存为 .xlsx，或存为 UTF-8 编码的 CSV。",
    "no_header": "找不到表头：前 20 行内需要有一行同时含“姓名”和“学籍号”（或“身份证件号”）。",
    "unknown_field": "所指定的列对应关系中有不存在的字段。",
    "no_such_file": "找不到这个文件。",
}
WARNING_SENTENCES = {
    "unknown_code": "个单元格的代码不在现行代码表内，已按原样保留，请核对。",
    "phone_doubtful": "个联系电话格式可疑，已按原样保留。",
    "digits_doubtful": "个编码位数不对，已按原样保留。",
    "range_doubtful": "个证件有效期无法识别，已按原样保留。",
    "private_use": "个姓名含系统外自造字，打印时可能显示不出，请换用标准字。",
    "guardian_id_doubtful": "个监护人身份证件号校验不符，已按原样保留，请在确认表上核对。",
    "registered_unknown": "名学生没有学籍注册日期，按截止日期前注册计入核查范围。",
    "status_unknown": "名学生没有在校状态，按在校计入核查范围。",
    "older_than_change": "处已按核查审核通过的变更更新，文件中仍是旧值，保留变更后的值，请先在学籍系统中更新。",
    "imported_before": "这个文件以前导入过，相同的行不会重复写入。",
    "vanish_unsure": "个班有无法识别的错行，暂不把名册上缺少的学生移出范围。",
}


def row_sentence(code: str, catalogue: Catalogue, field: str | None, other: int | None) -> str:
    """The sentence for one error of one row."""
    label = next((one.label for one in catalogue.fields if one.key == field), field or "")
    return ROW_SENTENCES[code].format(field=label, other=other or "")
