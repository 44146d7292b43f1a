// A transport's source joined with a decoder: batches for the engine.
//
// What one read gives is one batch, cut at about 1024 rows; the bytes that didn't fit are kept for the next.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/reorder.hpp"
#include "engine/watermark.hpp"
#include "events/decode.hpp"
#include "transports/transport.hpp"

namespace tocsin::cli {

class DecodingInput {
 public:
  static constexpr std::uint32_t kRows = 1024;

  DecodingInput(std::unique_ptr<transports::Source> source, const events::Schema& schema, events::SymbolTable& symbols,
                events::DeadLetterSink& dead_letters, engine::InputId id, events::Format format);

  enum class Status : std::uint8_t { data, idle, end };
  /// Fills `batch` with what is there now, which may be no row. `arrival`: for events without a time. Throws
  /// TransportError, also where a CSV file's header lacks what is needed.
  Status read(events::Batch& batch, std::optional<events::Time> arrival);
  /// Bytes already read wait to be decoded: read() won't be idle.
  bool has_pending() const { return !pending_.empty(); }

  transports::Source& source() { return *source_; }
  const events::DecodeCounts& counts() const { return decoder_.counts(); }
  /// The columns of CSV.
  const std::vector<std::string>& header() const { return decoder_.header(); }
  engine::InputId id() const { return id_; }
  bool ended() const { return ended_; }

 private:
  struct Pending {
    std::string bytes;
    bool last = false;
    bool begun = false;  ///< the decoder has seen the frame's front
    events::Position position;
  };
  bool decode(std::string_view bytes, bool last, std::optional<events::Time> arrival, events::Batch& batch,
              std::string_view& rest);
  void decode_pending(events::Batch& batch, std::optional<events::Time> arrival);
  void begin(events::Position position);

  std::unique_ptr<transports::Source> source_;
  events::Decoder decoder_;
  engine::InputId id_;
  std::deque<Pending> pending_;
  std::string carry_;  ///< a stream's unfinished value
  std::vector<transports::Frame> frames_;
  bool stream_begun_ = false;
  bool ended_ = false;
};

}  // namespace tocsin::cli
