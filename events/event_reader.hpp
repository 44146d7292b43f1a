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
  /// Of a string token; `owned` text has been unescaped and isn't part of the event's bytes.
  struct Text {
    std::string_view text;
    bool given = false;
    bool owned = false;
  };
  struct WireType {
    TypeId type = kNoType;             ///< kNoType: undeclared
    FieldTree* tree = nullptr;         ///< of a declared type
    std::uint64_t* ignored = nullptr;  ///< of an undeclared one
  };

  bool fail(Reason reason, std::string detail);
  bool fail_grammar();
  bool fail_field(std::uint32_t field, Reason reason, std::string_view what);
  void note_attribute(std::string_view problem);

  static std::int32_t attribute_of(std::string_view name);
  std::int32_t look_up_attribute(std::string_view raw);
  bool read_envelope();
  bool read_attribute(std::int32_t attribute);
  bool read_text(std::string& scratch, Text& text);
  /// Null: not declared, and not counted by name yet.
  WireType* find_wire_type(std::string_view name);
  WireType& count_wire_type(std::string_view name);

  void begin_data();
  bool read_data();
  bool read_object(std::int32_t node, std::size_t depth);
  bool read_array(std::int32_t node, std::size_t depth);
  bool read_value(std::int32_t node, std::size_t depth);
  bool read_field(std::uint32_t field);
  bool read_number(std::uint32_t field, Type type, Slot& slot);
  bool read_string(std::uint32_t field, const Field& declared, Slot& slot);

  bool skip_value(std::size_t depth);
  bool skip_scalar();
  bool skip_container(std::size_t depth);
  bool open_bracket(std::size_t depth);

  bool ignore(const Target& target, std::string_view bytes);
  bool commit(const Target& target, std::string_view bytes);
  bool check_missing();
  Row add_row(const Target& target, TypeId type, Time time, std::string_view bytes);
  std::string_view in_batch(const Target& target, const Text& text);
  Symbol source_symbol(std::string_view source);

  const Schema& schema_;
  SymbolTable& symbols_;
  DecodeLimits limits_;
  DecodeCounts& counts_;
  std::vector<std::unique_ptr<FieldTree>> trees_;
  absl::node_hash_map<std::string, WireType> wire_types_;
  WireType* last_wire_ = nullptr;
  std::string last_wire_name_;
  WireType beyond_limit_;
  Symbol last_source_ = kEmptySymbol;
  KeyTrail envelope_;

  // of the event being read
  Cursor cursor_;
  const StructuralIndex* index_ = nullptr;
  WireType* wire_ = nullptr;
  std::array<Text, kTexts> texts_;
  std::array<std::string, kTexts> unescaped_;
  std::string scratch_;
  const std::uint32_t* data_ = nullptr;  ///< token of data that came before the type
  bool data_given_ = false;
  std::string attribute_fault_;  ///< empty: none; matters only where the type is declared
  enum class Given : std::uint8_t { no, null, yes };
  std::vector<Given> given_;  ///< by field
  std::vector<Slot> slots_;
  std::vector<char> open_;  ///< closing brackets due in skipped containers
  Fault fault_;
};

}  // namespace tocsin::events
