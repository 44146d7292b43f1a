// A real file, counted by another JSON library. TOCSIN_TEST_DATA names the folder (default ../shared/data).
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

std::string read_gz(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  char buffer[65536];
  for (int size = 0; (size = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  gzclose(file);
  return text;
}

TEST(DecodeFile, AgreesWithAnotherLibrary) {
  const char* folder = std::getenv("TOCSIN_TEST_DATA");
  const std::string path = std::string(folder != nullptr ? folder : "../shared/data") + "/auth-elastic/auth.ndjson.gz";
  const std::string text = read_gz(path);
  if (text.empty()) GTEST_SKIP() << "no test data: " << path << " (TOCSIN_TEST_DATA)";

  std::map<std::string, std::size_t> wanted;
  std::map<std::string, std::size_t> devices;
  std::int64_t ports = 0;
  std::size_t events = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line); ++events) {
    const nlohmann::json json = nlohmann::json::parse(line);
    ++wanted[json["type"].get<std::string>()];
    if (json["type"] == "sshd.accepted") {
      ports += json["data"]["port"].get<std::int64_t>();
      ++devices[json["data"]["user"].get<std::string>()];
    }
  }

  Schema types;
  types.types.push_back(
      {"Accepted",
       "sshd.accepted",
       {{"user", Type::string, false, {"user"}, true}, {"port", Type::integer, false, {"port"}, true}},
       false});
  types.types.push_back({"Failed", "sshd.failed_password", {{"src_ip", Type::string, true, {"src_ip"}, true}}, false});
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(types, symbols, path, {}, letters);
  decoder.begin({1, 0});
  Batch batch(types);
  const std::string_view bytes = batch.arena.store(text);
  EXPECT_EQ(decoder.decode(bytes, true, std::nullopt, 1'000'000, batch), bytes.size());

  EXPECT_EQ(letters.letters.size(), 0U);
  EXPECT_EQ(batch.size(), events);
  EXPECT_EQ(batch.tables[0].size(), wanted["sshd.accepted"]);
  EXPECT_EQ(batch.tables[1].size(), wanted["sshd.failed_password"]);
  for (const auto& [type, count] : decoder.counts().unknown_types) EXPECT_EQ(count, wanted[type]) << type;
  EXPECT_EQ(decoder.counts().unknown_types.size() + 2, wanted.size());
  std::int64_t got_ports = 0;
  std::map<std::string, std::size_t> got_devices;
  for (std::uint32_t i = 0; i < batch.tables[0].size(); ++i) {
    got_ports += int_of(batch.tables[0].columns[1].slots[i]);
    ++got_devices[std::string(symbols.text(symbol_of(batch.tables[0].columns[0].slots[i])))];
  }
  EXPECT_EQ(got_ports, ports);
  EXPECT_EQ(got_devices, devices);
}

}  // namespace
}  // namespace tocsin::events::testing
