// Where the tokens of JSON text begin: simdjson's first stage (Langdale, Lemire 2019), run over many lines at once, and
// a cursor over what it found. The first stage also checks UTF-8, unclosed strings and control characters in strings.
//
// Text ends with a byte that belongs to no token (a newline) behind it, so that a cursor never needs to ask whether it
// is at the end: what it then looks at is the newline, which fits nowhere.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace tocsin::events {

/// A place in a structural index. `base[tokens[i]]` is the first byte of token i.
struct Cursor {
  const char* base = nullptr;
  const std::uint32_t* at = nullptr;

  char peek() const { return base[*at]; }
  const char* place() const { return base + *at; }
  /// End of the token at `token`: a string behind its closing quote, a scalar behind its last byte.
  const char* end_of(const std::uint32_t* token) const {
    const char* end = base + token[1];
    while (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t') --end;
    return end;
  }
  std::string_view scalar(const std::uint32_t* token) const { return {base + *token, end_of(token)}; }
  /// Of a string token: what is between the quotes, escapes as they stand.
  std::string_view raw_string(const std::uint32_t* token) const { return {base + *token + 1, end_of(token) - 1}; }
};

/// `text` in `copy`, followed by a newline and padding: as StructuralIndex::build() wants it.
std::string_view copy_padded(std::string_view text, std::string& copy);

class StructuralIndex {
 public:
  enum class Fault : std::uint8_t { none, not_utf8, not_json };

  StructuralIndex();

  /// Finds the tokens of `text`, below 4 GiB, whose next byte must be readable and a newline.
  Fault build(std::string_view text);

  Cursor begin() const { return {text_.data(), stage_->structural_indexes.get()}; }
  const std::uint32_t* end() const { return stage_->structural_indexes.get() + stage_->n_structural_indexes; }
  /// False: no string has an escape.
  bool has_escapes() const { return has_escapes_; }

  /// Writes a string's bytes with escapes resolved to `out` (replaced). False: a bad escape, or half a surrogate pair.
  /// `raw` is a raw_string() of a text this object was built over.
  bool unescape(std::string_view raw, std::string& out) const;

  /// Gives back memory that one very large text took.
  void shrink();

 private:
  std::string_view text_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  bool has_escapes_ = false;
};

}  // namespace tocsin::events
