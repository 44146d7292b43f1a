// A JSON array → the canonical bytes of a list of its declared type. One thread; used again and again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/dead_letter.hpp"
#include "events/scalar.hpp"
#include "events/structure.hpp"

namespace tocsin::events {

class ListReader {
 public:
  using Token = const std::uint32_t*;

  ListReader(std::size_t depth, TimeForm form) : depth_(depth), form_(form) {}

  /// Reads the value at `at`, inside `depth` containers, as a `list`. The token behind it; null: reason(), place() and
  /// what() tell why not, and at() where.
  Token read(const char* base, const StructuralIndex& index, Token at, Type list, std::size_t depth);

  std::string_view bytes() const { return bytes_; }  ///< as List has them

  Token at() const { return fault_at_; }
  Reason reason() const { return reason_; }  ///< wrong_field, out_of_range, too_deep or not_json
  /// Which element: `[2]`, `[0][1]`; empty: the list itself.
  const std::string& place() const { return place_; }
  const std::string& what() const { return what_; }

 private:
  Token read_list(Token at, Type list, std::size_t depth);
  Token read_element(Token at, Type type, std::size_t depth);
  Token read_string(Token at, Type type);
  Token read_scalar(Token at, Type type);
  void put_slot(Type type, Slot slot);
  Token fail(Token at, Reason reason, std::string what);
  char char_at(Token at) const { return base_[*at]; }

  std::size_t depth_;
  TimeForm form_;
  const char* base_ = nullptr;
  const StructuralIndex* index_ = nullptr;
  std::string bytes_;
  std::string scratch_;
  Token fault_at_ = nullptr;
  Reason reason_ = Reason::wrong_field;
  std::string place_;
  std::string what_;
};

}  // namespace tocsin::events
