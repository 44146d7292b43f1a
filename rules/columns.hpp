// How wide text is on a terminal, and what of it may be written there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::rules {

/// Bytes of the character that begins at `at`; ill-formed UTF-8 is taken byte by byte with the continuations after it.
std::size_t length_at(std::string_view text, std::size_t at);

/// Columns of one character: 0 of what combines with the one before it, 2 of East Asian wide ones and emoji, else 1.
std::size_t columns_of(std::string_view character);

/// Would it move the cursor, change colors or turn the order of letters? Tabs and line ends too.
bool is_control(std::string_view character);

/// `text` with a replacement character for each control character.
std::string without_controls(std::string_view text);

}  // namespace tocsin::rules
