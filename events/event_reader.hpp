// One CloudEvents object → a row of a batch: walks the tokens once, keeps the envelope's attributes, checks the
// declared fields of the type's data by its FieldTree, and skips the rest (order of tokens, brackets and depth
// checked).
//
// Nothing reaches the batch before the whole event is known to be good. Types, sources and the order of keys are those
// of the event before most of the time; each of these guesses costs one compare. One thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/node_hash_map.h>

#include "events/batch.hpp"
#include "events/dead_letter.hpp"
#include "events/decode.hpp"
#include "events/field_tree.hpp"
#include "events/structure.hpp"

namespace tocsin::events {

struct Fault {
  Reason reason = Reason::not_json;
  std::string detail;
};

class EventReader {
 public:
  /// Where an event stands and where it goes.
  struct Target {
    Batch& batch;
    const char* bytes;  ///< in the batch: the byte that the cursor's base is, or is a copy of
    std::optional<Time> arrival;
    Position position;
  };

  EventReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts);

  /// Reads the object at `cursor`, which must be at its `{`. True: a row was made, or the event counted as ignored, and
  /// the cursor is behind it. False: fault() tells why, nothing was changed, and the cursor is where that was found.
  bool read(Cursor& cursor, const StructuralIndex& index, const Target& target);
  const Fault& fault() const { return fault_; }

 private:
  enum Attribute : std::int32_t {
    kId,
    kSource,
    kType,
    kTime,
    kCorrelationId,
    kTraceParent,
    kTexts,
    kData = kTexts,
    kOther
  };
  using Token = const std::uint32_t*;
  /// Of a string token; `owned` text has been unescaped and isn't part of the event's bytes.
  struct Text {
    std::string_view text;
    bool given = false;
    bool owned = false;
  };
  struct Source {
    Symbol symbol = kEmptySymbol;
    std::uint64_t hash = hash_of_source({});
  };
  struct WireType {
    TypeId type = kNoType;             ///< kNoType: undeclared
    FieldTree* tree = nullptr;         ///< of a declared type
    std::uint64_t* ignored = nullptr;  ///< of an undeclared one
  };

  // The walk: each takes the token it is at and gives the one behind what it read, or null with a fault. The token is
  // passed on, not kept in a member, so that it stays in a register.
  Token fail(Token at, Reason reason, std::string detail);
  Token fail_grammar(Token at);
  Token fail_field(Token at, std::uint32_t field, Reason reason, std::string_view what);
  void note_attribute(std::string_view problem);

  static std::int32_t attribute_of(std::string_view name);
  std::int32_t look_up_attribute(std::string_view raw);
  Token read_envelope(Token at);
  Token read_attribute(Token at, std::int32_t attribute);
  Token read_odd_attribute(Token at, std::int32_t attribute);
  Token read_first_data(Token at);
  Token read_text(Token at, std::string& scratch, Text& text) {
    text = {cursor(at).raw_string(at), true, false};
    if (!index_->has_escapes() || text.text.find('\\') == std::string_view::npos) return at + 1;
    return read_escaped(at, scratch, text);
  }
  Token read_escaped(Token at, std::string& scratch, Text& text);
  /// Null: not declared, and not counted by name yet.
  WireType* find_wire_type(std::string_view name);
  WireType& count_wire_type(std::string_view name);

  void begin_data();
  Token read_data(Token at);
  Token read_object(Token at, std::int32_t node, std::size_t depth);
  Token read_array(Token at, std::int32_t node, std::size_t depth);
  Token read_value(Token at, std::int32_t node, std::size_t depth);
  Token read_field(Token at, std::uint32_t field);
  Token read_number(Token at, std::uint32_t field, Type type, Slot& slot);
  Token read_string(Token at, std::uint32_t field, const Field& declared, Slot& slot);

  /// Passes over a value inside `depth` containers.
  Token skip_value(Token at, std::size_t depth) { return char_at(at) == '"' ? at + 1 : skip_other(at, depth); }
  Token skip_other(Token at, std::size_t depth);
  Token skip_scalar(Token at);
  Token skip_container(Token at, std::size_t depth);
  Token fail_depth(Token at);

  bool ignore(const Target& target, std::string_view bytes);
  bool commit(const Target& target, std::string_view bytes);
  bool check_missing();
  void add_row(const Target& target, TypeId type, Time time, std::string_view bytes);
  std::string_view in_batch(const Target& target, const Text& text);
  const Source& source_of(std::string_view name);

  char char_at(Token at) const { return base_[*at]; }
  Cursor cursor(Token at) const { return {base_, at}; }
  bool is_null(Token at) const { return char_at(at) == 'n' && cursor(at).scalar(at) == "null"; }
  bool at_key(Token at) const { return char_at(at) == '"' && char_at(at + 1) == ':'; }

  const Schema& schema_;
  SymbolTable& symbols_;
  DecodeLimits limits_;
  DecodeCounts& counts_;
  std::vector<std::unique_ptr<FieldTree>> trees_;
  absl::node_hash_map<std::string, WireType> wire_types_;
  WireType* last_wire_ = nullptr;
  std::string last_wire_name_;
  WireType beyond_limit_;
  std::array<Source, 16> last_sources_{};  ///< by length and last byte
  KeyTrail envelope_;

  // of the event being read
  const char* base_ = nullptr;
  const StructuralIndex* index_ = nullptr;
  WireType* wire_ = nullptr;
  std::array<Text, kTexts> texts_;
  std::array<std::string, kTexts> unescaped_;
  std::string scratch_;
  Token data_ = nullptr;  ///< token of data that came before the type
  bool data_given_ = false;
  std::string attribute_fault_;  ///< empty: none; matters only where the type is declared
  enum class Given : std::uint8_t { no, null, yes };
  std::vector<Given> given_;  ///< by field
  std::vector<Slot> slots_;
  std::vector<char> open_;  ///< closing brackets due in skipped containers
  Fault fault_;
  Token fault_at_ = nullptr;
};

}  // namespace tocsin::events
