#include "cli/decoding_input.hpp"

namespace tocsin::cli {

DecodingInput::DecodingInput(std::unique_ptr<transports::Source> source, const events::Schema& schema,
                             events::SymbolTable& symbols, events::DeadLetterSink& dead_letters, engine::InputId id,
                             events::Format format)
    : source_(std::move(source)),
      decoder_(schema, symbols, source_->name(), {}, dead_letters, std::move(format)),
      id_(id) {}

void DecodingInput::begin(events::Position position) {
  if (source_->live()) return decoder_.begin(position);
  if (stream_begun_) return;  // one endless frame
  stream_begun_ = true;
  decoder_.begin(position);
}

/// True when the bytes are used up, but for what a stream must go on with; else the batch is full and `rest` waits.
bool DecodingInput::decode(std::string_view bytes, bool last, std::optional<events::Time> arrival, events::Batch& batch,
                           std::string_view& rest) {
  const std::size_t used = decoder_.decode(bytes, last, arrival, kRows, batch);
  if (!decoder_.failure().empty())
    throw transports::TransportError("cannot read `" + source_->name() + "`: " + decoder_.failure());
  rest = bytes.substr(used);
  return last ? rest.empty() : batch.size() < kRows;
}

void DecodingInput::decode_pending(events::Batch& batch, std::optional<events::Time> arrival) {
  while (!pending_.empty() && batch.size() < kRows) {
    Pending& front = pending_.front();
    if (!front.begun) begin(front.position);
    front.begun = true;
    std::string_view rest;
    const bool done = decode(batch.arena.store(front.bytes), front.last, arrival, batch, rest);
    if (done && !front.last) carry_.assign(rest);
    if (done) {
      pending_.pop_front();
    } else {
      front.bytes = std::string(rest);
    }
  }
}

DecodingInput::Status DecodingInput::read(events::Batch& batch, std::optional<events::Time> arrival) {
  if (!pending_.empty()) {
    decode_pending(batch, arrival);
    return Status::data;
  }
  if (ended_) return Status::end;
  frames_.clear();
  const transports::ReadStatus status = source_->read(batch.arena, carry_, frames_);
  if (status == transports::ReadStatus::idle) return Status::idle;
  if (status == transports::ReadStatus::end) {
    ended_ = true;
    return Status::end;
  }
  carry_.clear();
  for (const transports::Frame& frame : frames_) {
    if (!pending_.empty()) {
      pending_.push_back({std::string(frame.bytes), frame.last, false, frame.position});
      continue;
    }
    begin(frame.position);
    std::string_view rest;
    if (!decode(frame.bytes, frame.last, arrival, batch, rest))
      pending_.push_back({std::string(rest), frame.last, true, frame.position});
    else if (!frame.last)
      carry_.assign(rest);
  }
  return Status::data;
}

}  // namespace tocsin::cli
