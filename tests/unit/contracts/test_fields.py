from shared.contracts.fields import FieldKind, FieldType, Required, header_form, national


def test_the_sure_key_data_fields_are_key_data() -> None:
    keys = {one.key for one in national().fields if one.kind is FieldKind.KEY_DATA}

    assert keys == {"name", "sex", "birth_date", "id_type", "id_number"}


def test_keys_and_labels_name_one_field_each() -> None:
    fields = national().fields

    assert len({one.key for one in fields}) == len(fields)
    assert len({header_form(one.label) for one in fields}) == len(fields)


def test_a_header_word_means_one_field_only() -> None:
    words = [header_form(word) for one in national().fields for word in one.synonyms]
    labels = {header_form(one.label) for one in national().fields}

    assert len(words) == len(set(words))
    assert not labels & set(words)


def test_every_code_field_has_its_list_and_no_list_repeats_a_code() -> None:
    for one in national().fields:
        codes = national().codes_of(one)
        assert (one.type is FieldType.CODE) == (codes is not None), one.key
    for codes in national().code_lists.values():
        assert len({code for code, _ in codes.values}) == len(codes.values), codes.name


def test_the_fifty_six_ethnic_groups_stand_in_their_order() -> None:
    groups = national().code_lists["ethnic"]

    assert groups.label_of("01") == "汉族"
    assert groups.label_of("56") == "基诺族"
    assert groups.code_of("维吾尔族") == "05"
    assert groups.code_of("05") == "05"
    assert groups.code_of("汉") is None


def test_headers_are_matched_through_stars_numbers_spaces_and_hints() -> None:
    for header, key in {
        "★ 姓 名": "name",
        "9、身份证件号（18位）": "id_number",
        "公民身份号码": "id_number",
        "成员2身份证件号": "guardian2_id_number",
        "\uff25-mail": "email",
        "家长电话": "phone",
    }.items():
        field = national().match_header(header)
        assert field is not None
        assert field.key == key


def test_an_unknown_header_matches_nothing() -> None:
    assert national().match_header("血型") is None


def test_an_overlay_raises_and_never_lowers() -> None:
    province = national().overlaid(required=["talent"], key_data=["ethnic_group"])

    assert province.field("ethnic_group").kind is FieldKind.KEY_DATA
    assert province.field("talent").required is Required.REQUIRED
    assert province.field("name").kind is FieldKind.KEY_DATA


def test_a_field_and_a_code_have_labels_and_what_is_unknown_has_none() -> None:
    catalogue = national()

    assert (catalogue.label_of("sex"), catalogue.meaning_of("sex", "1")) == ("性别", "男")
    assert catalogue.meaning_of("sex", "x") is None
    assert catalogue.meaning_of("name", "1") is None
    assert (catalogue.find("shoe_size"), catalogue.label_of("shoe_size")) == (None, "shoe_size")
    assert catalogue.meaning_of("shoe_size", "1") is None
