// What values were seen at one place of events' data: of which kinds, with which members, how often. Bounded: a place
// keeps few distinct texts, a type no more than so many places.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/declarations.hpp"
#include "events/structure.hpp"

namespace tocsin::events {

struct Shape {
  static constexpr std::size_t kMostValues = 8;
  static constexpr std::size_t kLongestValue = 40;

  /// A float has a point, an exponent, or more digits than 64 bits hold; what no declaration takes is unfit: a number
  /// that isn't JSON's or too large, a string with a bad escape.
  enum Kind : std::uint8_t { boolean, integer, floating, text, object, array, unfit, kKinds };

  std::array<std::uint64_t, kKinds> counts{};
  std::uint64_t nulls = 0;
  std::uint64_t times = 0;          ///< of the texts: those that are times
  std::uint64_t durations = 0;      ///< and durations
  bool twice = false;               ///< one object had it twice
  std::vector<std::string> values;  ///< distinct texts, while there are few
  bool many_values = false;
  std::vector<std::pair<std::string, std::unique_ptr<Shape>>> members;  ///< in the order of coming
  std::unique_ptr<Shape> element;
  std::uint64_t last_object = 0;  ///< the object that had it last, by number

  std::uint64_t seen() const;
  void add_text(std::string_view value);
};

/// Walks JSON values into shapes.
class ShapeReader {
 public:
  /// `loose_times`: as parse_loose_time() has them.
  ShapeReader(bool loose_times, std::size_t most_places) : loose_times_(loose_times), most_places_(most_places) {}

  using Token = const std::uint32_t*;
  /// Adds the value at `at` of a good event; null for `shape` only passes over it. The token behind it.
  Token add(Shape* shape, const char* base, const StructuralIndex& index, Token at);
  /// Places that were left out since there were too many.
  std::uint64_t left_out() const { return left_out_; }

 private:
  Token add_value(Shape* shape, Token at);
  Token add_object(Shape* shape, Token at);
  Token add_array(Shape* shape, Token at);
  void add_scalar(Shape& shape, Token at);
  Shape* member(Shape& shape, std::string_view key);
  Shape* new_place(std::unique_ptr<Shape>& place);
  bool text_of(Token at, std::string_view& text);

  bool loose_times_;
  std::size_t most_places_;
  std::size_t places_ = 0;
  std::uint64_t left_out_ = 0;
  std::uint64_t objects_ = 0;
  const char* base_ = nullptr;
  const StructuralIndex* index_ = nullptr;
  std::string scratch_;
};

/// The fields of an object that `total` events should have.
std::vector<FoundField> fields_of(const Shape& object, std::uint64_t total);

/// `"GET" "POST"`, where few distinct texts came often enough to be all that there are; else empty.
std::string values_comment(const Shape& shape);

}  // namespace tocsin::events
