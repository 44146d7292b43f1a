// One JSON object → a row of a batch: walks the tokens once for CloudEvents (twice where a mapping says where the
// envelope stands), keeps the envelope's attributes, checks the declared fields of the type's data by its FieldTree,
// and skips the rest (order of tokens, brackets and depth checked).
//
// Nothing reaches the batch before the whole event is known to be good. The order of keys is that of the event before
// most of the time; each such guess costs one compare. One thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/batch.hpp"
#include "events/dead_letter.hpp"
#include "events/decode.hpp"
#include "events/event_rows.hpp"
#include "events/field_tree.hpp"
#include "events/format.hpp"
#include "events/list_reader.hpp"
#include "events/scalar.hpp"
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

  /// `mapping`: where the envelope stands; null: as CloudEvents have it.
  EventReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts,
              const Mapping* mapping);

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
    kOther,
    kExtensions  ///< the first of those that rules read
  };
  using Token = const std::uint32_t*;
  /// Of a string token; `owned` text has been unescaped and isn't part of the event's bytes.
  struct Text {
    std::string_view text;
    bool given = false;
    bool owned = false;
  };
  // The walk: each takes the token it is at and gives the one behind what it read, or null with a fault. The token is
  // passed on, not kept in a member, so that it stays in a register.
  Token fail(Token at, Reason reason, std::string detail);
  Token fail_grammar(Token at);
  Token fail_field(Token at, std::uint32_t field, Reason reason, std::string_view what);
  void note_attribute(std::string_view problem);

  bool read_event(const Target& target, std::string_view bytes);
  std::int32_t attribute_of(std::string_view name) const;
  std::int32_t look_up_attribute(std::string_view raw);
  Token read_envelope(Token at);
  Token read_attribute(Token at, std::int32_t attribute);
  Token read_odd_attribute(Token at, std::int32_t attribute);
  Token read_extension(Token at, std::size_t extension);
  Token read_first_data(Token at);
  Token read_text(Token at, std::string& scratch, Text& text) {
    text = {cursor(at).raw_string(at), true, false};
    if (!index_->has_escapes() || text.text.find('\\') == std::string_view::npos) return at + 1;
    return read_escaped(at, scratch, text);
  }
  Token read_escaped(Token at, std::string& scratch, Text& text);

  void make_places();
  Token read_places(Token at);
  Token note_place(Token at, const FieldTree::Node& node, std::int32_t node_index, std::size_t depth);
  bool take_places();
  bool take_text(std::size_t attribute);
  std::optional<TimeFault> mapped_time(Time& time);
  std::string why_bad_time() const;

  void begin_data();
  Token read_data(Token at);
  Token read_object(Token at, std::int32_t node, std::size_t depth);
  Token read_array(Token at, std::int32_t node, std::size_t depth);
  Token read_value(Token at, std::int32_t node, std::size_t depth);
  Token read_field(Token at, std::uint32_t field, std::size_t depth);
  Token read_number(Token at, std::uint32_t field, Type type, Slot& slot);
  Token read_string(Token at, std::uint32_t field, const Field& declared, Slot& slot);
  Token read_list(Token at, const Field& declared, Slot& slot, std::size_t depth);

  /// Passes over a value inside `depth` containers.
  Token skip_value(Token at, std::size_t depth) { return char_at(at) == '"' ? at + 1 : skip_other(at, depth); }
  Token skip_other(Token at, std::size_t depth);
  Token skip_scalar(Token at);
  Token skip_container(Token at, std::size_t depth);
  Token fail_depth(Token at);

  /// none: not given.
  std::optional<TimeFault> time_of_event(Time& time);
  void ignore(const Target& target, std::string_view bytes);
  bool commit(const Target& target, std::string_view bytes);
  bool check_missing();
  [[gnu::always_inline]] Envelope envelope(const Target& target, Time time, std::string_view bytes);
  [[gnu::always_inline]] std::string_view in_batch(const Target& target, const Text& text);

  char char_at(Token at) const { return base_[*at]; }
  Cursor cursor(Token at) const { return {base_, at}; }
  bool is_null(Token at) const { return char_at(at) == 'n' && cursor(at).scalar(at) == "null"; }
  bool at_key(Token at) const { return char_at(at) == '"' && char_at(at + 1) == ':'; }

  const Schema& schema_;
  SymbolTable& symbols_;
  DecodeLimits limits_;
  EventRows rows_;
  std::vector<std::unique_ptr<FieldTree>> trees_;  ///< by type; null: derived, or shadowed by another of its wire name
  const Mapping* mapping_;
  TimeForm time_form_;
  ListReader lists_;
  KeyTrail envelope_keys_;

  // of a mapping
  std::unique_ptr<FieldTree> places_;  ///< a field is an attribute: kId … kTexts, kData, kExtensions + i
  std::vector<Token> place_tokens_;    ///< by attribute; null: not there
  std::size_t data_depth_ = 2;         ///< containers around the data's members

  // of the event being read
  const char* base_ = nullptr;
  const StructuralIndex* index_ = nullptr;
  EventRows::WireType* wire_ = nullptr;
  FieldTree* tree_ = nullptr;  ///< what is being walked by: the type's, or places_
  std::array<Text, kTexts> texts_;
  std::array<std::string, kTexts> unescaped_;
  std::string scratch_;
  std::vector<EventRows::Extension> extensions_;
  std::vector<std::string> extension_texts_;
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
