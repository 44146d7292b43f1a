// Lower and upper case of one letter.
#pragma once

namespace tocsin::rules {

/// The letter itself where it has none, or where that would be several letters (ß).
char32_t lower_of(char32_t letter);
char32_t upper_of(char32_t letter);

}  // namespace tocsin::rules
