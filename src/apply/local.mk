libhalb_a_SOURCES +=
