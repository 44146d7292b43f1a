// One decoder for all formats: which stream reads the text.
#include "events/decode.hpp"

#include <utility>
#include <variant>

#include "events/csv_stream.hpp"
#include "events/json_stream.hpp"

namespace tocsin::events {

struct Decoder::State {
  State(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
        DeadLetterSink& dead_letters, Format input_format)
      : format(std::move(input_format)) {
    if (const auto* csv = std::get_if<Csv>(&format)) {
      stream.emplace<CsvStream>(schema, symbols, std::move(input), limits, dead_letters, counts, *csv);
    } else {
      const auto* json = std::get_if<MappedJson>(&format);
      stream.emplace<JsonStream>(schema, symbols, std::move(input), limits, dead_letters, counts,
                                 json == nullptr ? nullptr : &json->mapping);
    }
  }

  /// What `act` gives for the stream that there is.
  template <class Act>
  auto with_stream(Act act) {
    if (auto* csv = std::get_if<CsvStream>(&stream)) return act(*csv);
    return act(std::get<JsonStream>(stream));
  }

  Format format;
  DecodeCounts counts;
  std::variant<std::monostate, JsonStream, CsvStream> stream;
  const std::string no_failure;
  const std::vector<std::string> no_header;
};

Decoder::Decoder(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
                 DeadLetterSink& dead_letters, Format format)
    : state_(std::make_unique<State>(schema, symbols, std::move(input), limits, dead_letters, std::move(format))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

std::size_t Decoder::decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                            Batch& batch) {
  return state_->with_stream([&](auto& stream) { return stream.decode(bytes, last, arrival, max_rows, batch); });
}

void Decoder::begin(Position position) {
  state_->with_stream([&](auto& stream) { stream.begin(position); });
}

const DecodeCounts& Decoder::counts() const { return state_->counts; }

const std::string& Decoder::failure() const {
  const auto* csv = std::get_if<CsvStream>(&state_->stream);
  return csv == nullptr ? state_->no_failure : csv->failure();
}

const std::vector<std::string>& Decoder::header() const {
  const auto* csv = std::get_if<CsvStream>(&state_->stream);
  return csv == nullptr ? state_->no_header : csv->header();
}

}  // namespace tocsin::events
