"""The API for programs: one module a subject, ``version_1`` puts them together, ``bodies`` says what texts they take."""
