// One decoder for all formats: which stream reads the text.
#include "events/decode.hpp"

#include <utility>
#include <variant>

#include "events/json_stream.hpp"

namespace tocsin::events {

struct Decoder::State {
  State(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
        DeadLetterSink& dead_letters, Format input_format)
      : format(std::move(input_format)),
        stream(schema, symbols, std::move(input), limits, dead_letters, counts, mapping()) {}

  const Mapping* mapping() const {
    const auto* mapped = std::get_if<MappedJson>(&format);
    return mapped == nullptr ? nullptr : &mapped->mapping;
  }

  Format format;
  DecodeCounts counts;
  JsonStream stream;
};

Decoder::Decoder(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
                 DeadLetterSink& dead_letters, Format format)
    : state_(std::make_unique<State>(schema, symbols, std::move(input), limits, dead_letters, std::move(format))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

std::size_t Decoder::decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                            Batch& batch) {
  return state_->stream.decode(bytes, last, arrival, max_rows, batch);
}

void Decoder::begin(Position position) { state_->stream.begin(position); }

const DecodeCounts& Decoder::counts() const { return state_->counts; }

}  // namespace tocsin::events
