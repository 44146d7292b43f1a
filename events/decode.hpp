// Text of events → batch. JSON (CloudEvents 1.0, or other objects by a mapping), over the structural index of simdjson:
// one value, an array of values, or values with white space between (newline-delimited). CSV: a header line, then rows.
// A value or row that is no good goes to the dead letters and never stops the stream; one that is no JSON is skipped up
// to the next line end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/batch.hpp"
#include "events/dead_letter.hpp"
#include "events/format.hpp"

namespace tocsin::events {

struct DecodeLimits {
  std::size_t event_bytes = 16U << 20;
  std::size_t depth = 64;            ///< nesting of objects and arrays, the event's own object is 1
  std::size_t unknown_types = 1000;  ///< distinct names that are counted one by one; the rest together
};

struct DecodeCounts {
  std::uint64_t events = 0;   ///< rows made
  std::uint64_t ignored = 0;  ///< of undeclared types
  std::uint64_t dead_letters = 0;
  std::uint64_t scanned = 0;  ///< bytes looked at, each time that they were: work on bad input stays linear
  std::map<std::string, std::uint64_t, std::less<>>
      unknown_types;  ///< ignored, by wire type; "(other)" beyond the limit
};

/// One for each input. Not thread-safe; the symbol table must not be used by another thread meanwhile.
class Decoder {
 public:
  Decoder(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
          DeadLetterSink& dead_letters, Format format = CloudEvents{});
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  /// Decodes values from the front of `bytes`, which must lie in `batch.arena` (or be followed by Arena::kPadding
  /// readable bytes and outlive the batch), until `max_rows` rows are in the batch or no whole value is left. Returns
  /// the bytes used. With `last` the bytes end the frame or file: what is left unfinished is a dead letter `truncated`
  /// and all is used; without, an unfinished value is left for the next call, which must begin with it. `arrival` is
  /// the time of events that have none; without it they are dead letters `no_time`. An event of an undeclared type with
  /// a good `time` becomes a row of type kNoType without fields, since every event moves the watermark; without one it
  /// is only counted.
  std::size_t decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                     Batch& batch);

  /// Begins a new frame: positions count `line` upward from here, and no array is open.
  void begin(Position position);

  const DecodeCounts& counts() const;

  /// Why nothing of this input can be read: the header line of CSV lacks a column that is needed. Empty: all is well.
  /// From then on all bytes are used and give nothing.
  const std::string& failure() const;
  /// The columns of CSV, once the header line was read; of other formats empty.
  const std::vector<std::string>& header() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::events
