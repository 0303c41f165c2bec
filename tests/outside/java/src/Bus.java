import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/** One user's view of a topic on a bus with TLS and SCRAM: reads from its beginning, without a consumer group. */
final class Bus implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Properties access;
  private final KafkaConsumer<String, String> consumer;
  private final ArrayDeque<JsonObject> waiting = new ArrayDeque<>();

  Bus(JsonObject given, String user, String topic) {
    access = access(given, user);
    Properties reading = new Properties();
    reading.putAll(access);
    reading.put("enable.auto.commit", "false");
    consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .collect(Collectors.toList());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private static Properties access(JsonObject given, String user) {
    String password = given.getAsJsonObject("passwords").get(user).getAsString();
    Properties access = new Properties();
    access.put("bootstrap.servers", given.get("bootstrap").getAsString());
    access.put("security.protocol", "SASL_SSL");
    access.put("ssl.truststore.type", "PEM");
    access.put("ssl.truststore.location", given.get("ca").getAsString());
    access.put("sasl.mechanism", "SCRAM-SHA-512");
    access.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
            + user + "\" password=\"" + password + "\";");
    return access;
  }

  /** The next event that is as wanted; those before it are passed by. */
  JsonObject next(Predicate<JsonObject> wanted) {
    Instant until = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(until)) {
      while (!waiting.isEmpty()) {
        JsonObject event = waiting.poll();
        if (wanted.test(event)) return event;
      }
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) waiting.add(checked(record));
    }
    throw new IllegalStateException("the event never came");
  }

  /** An event whose key is its subject, in the partition where Kafka's own client would have put it. */
  private JsonObject checked(ConsumerRecord<String, String> record) {
    JsonObject event = JsonParser.parseString(record.value()).getAsJsonObject();
    byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
    int partitions = consumer.partitionsFor(record.topic()).size();
    Check.equal("key", record.key(), event.get("subject").getAsString());
    Check.equal("partition", record.partition(), Utils.toPositive(Utils.murmur2(key)) % partitions);
    return event;
  }

  /** Sends a fact as a CloudEvent; the id under which it will be answered. */
  String send(String topic, String type, String subject, Map<String, Object> data) throws Exception {
    String id = UUID.randomUUID().toString();
    JsonObject event = new JsonObject();
    event.addProperty("specversion", "1.0");
    event.addProperty("id", id);
    event.addProperty("source", "/outside");
    event.addProperty("type", type);
    event.addProperty("subject", subject);
    event.addProperty("time", Instant.now().toString());
    event.addProperty("datacontenttype", "application/json");
    event.add("data", new com.google.gson.Gson().toJsonTree(data));
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(access, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, subject, event.toString())).get();
    }
    return id;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
