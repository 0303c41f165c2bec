import client.ApiClient;
import client.ApiException;
import client.ApiResponse;
import client.api.DeliveriesApi;
import client.api.HouseholdsApi;
import client.api.RunsApi;
import client.api.StatisticsApi;
import client.model.DeliveryView;
import client.model.PublicationBody;
import client.model.ReasonBody;
import client.model.ResultView;
import client.model.RollUp;
import client.model.RunState;
import client.model.RunView;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A year as other systems live it: bureaus deliver, the reporting system says that the reports closed and is answered,
 * a typing is published, a publicity system hears every household in order, a late report changes one.
 */
public final class OutsideSystem {
  private static final String REPORTS = "annual-report.events", ANSWERS = "annual-report.answers";
  private static final String CLOSED = "cn.minglu.annual-report.AnnualReportClosed.v1";
  private static final String FILED = "cn.minglu.annual-report.AnnualReportFiled.v1";
  private static final String COMPLETED = "cn.minglu.typing.TypingRunCompleted.v1";
  private static final String PUBLISHED = "cn.minglu.typing.TypingRunPublished.v1";
  private static final String TYPED = "cn.minglu.typing.HouseholdTyped.v1";

  private final JsonObject given;
  private final String region;
  private final Map<String, JsonObject> states = new HashMap<>();

  private OutsideSystem(JsonObject given) {
    this.given = given;
    this.region = given.get("region").getAsString();
  }

  public static void main(String[] arguments) throws Exception {
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    OutsideSystem system = new OutsideSystem(JsonParser.parseReader(input).getAsJsonObject());
    JsonObject told = new JsonObject();
    try {
      system.year(told);
    } catch (ApiException error) {
      throw new IllegalStateException(error.getCode() + " " + error.getResponseBody(), error);
    }
    System.out.println(told);
  }

  private void year(JsonObject told) throws Exception {
    told.addProperty("accepted", deliver());
    try (Bus bureau = new Bus(given, "bureau", ANSWERS);
        Bus publicity = new Bus(given, "publicity", "typing.events")) {
      Map<String, Object> closing = Map.of("region", region, "year", 2025, "closed_on", "2026-07-01");
      told.addProperty("closing", answer(bureau, bureau.send(REPORTS, CLOSED, region, closing)));
      RunView draft = draft();
      told.addProperty("published", publish(draft.getId()).getState().getValue());
      told.addProperty("typed", hear(publicity, draft));
      told.addProperty("counted", total());
      String uscc = unreported(draft.getId());
      Map<String, Object> impossible = Map.of("uscc", uscc, "year", 2025, "filed_on", "1999-01-01");
      told.addProperty("impossible", answer(bureau, bureau.send(REPORTS, FILED, uscc, impossible)));
      Map<String, Object> report = Map.of("uscc", uscc, "year", 2025, "filed_on", "2026-07-20");
      told.addProperty("late", answer(bureau, bureau.send(REPORTS, FILED, uscc, report)));
      hearHousehold(publicity, uscc);
      HouseholdsApi households = new HouseholdsApi(client("officer"));
      Check.equal(
          "shown", households.getHouseholdV1HouseholdsUsccGet(uscc).getType(), states.get(uscc).get("type").getAsString());
    }
  }

  private ApiClient client(String whose) {
    ApiClient client = new ApiClient();
    client.setBasePath(given.get("api").getAsString());
    if (whose != null) client.setBearerToken(given.getAsJsonObject("tokens").get(whose).getAsString());
    return client;
  }

  /** Every file of every bureau, and the first once more under its key: it counts once. */
  private int deliver() throws Exception {
    int accepted = 0;
    UUID first = null;
    for (JsonElement element : given.getAsJsonArray("deliveries")) {
      JsonObject one = element.getAsJsonObject();
      DeliveryView view = deliver(one);
      if (first == null) {
        first = view.getId();
        Check.equal("delivered again", deliver(one).getId(), first);
      }
      accepted += view.getAccepted();
    }
    return accepted;
  }

  private DeliveryView deliver(JsonObject one) throws Exception {
    String feed = one.get("feed").getAsString();
    File file = new File(one.get("path").getAsString());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file.toPath()));
    Integer year = one.has("year") ? one.get("year").getAsInt() : null;
    return new DeliveriesApi(client(feed))
        .deliverV1FeedsFeedDeliveriesPost(
            feed,
            "示例报送单位",
            region,
            "full",
            "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":",
            one.get("rows").getAsInt(),
            file,
            year,
            "first-" + feed);
  }

  /** What became of a message: its outcome and effect. */
  private static String answer(Bus bureau, String id) {
    JsonObject answer = bureau.next(event -> event.getAsJsonObject("data").get("event").getAsString().equals(id));
    Check.equal("cause", answer.get("causationid").getAsString(), id);
    JsonObject data = answer.getAsJsonObject("data");
    String outcome = data.get("outcome").getAsString();
    if (outcome.equals("refused")) Check.that("a reason", !data.get("reason").getAsString().isEmpty());
    return data.get("effect").isJsonNull() ? outcome : outcome + " " + data.get("effect").getAsString();
  }

  /** The run that the closing ordered, when it is a draft; feeds without rows are confirmed on the way. */
  private RunView draft() throws Exception {
    RunsApi runs = new RunsApi(client("officer"));
    for (long began = System.nanoTime(); System.nanoTime() - began < Bus.PATIENCE.toNanos(); Thread.sleep(200)) {
      for (RunView run : runs.listRunsV1RunsGet(null, null).getItems()) {
        if (run.getState() == RunState.DRAFT) return run;
        Check.that("the run failed: " + run.getFailure(), run.getState() != RunState.FAILED);
        if (run.getState() == RunState.BLOCKED) {
          ReasonBody reason = new ReasonBody().reason("已核实，当地没有这类记录");
          runs.confirmV1RunsRunIdConfirmationPost(run.getId(), version(runs, run.getId()), reason, null);
        }
      }
    }
    throw new IllegalStateException("the run was never a draft");
  }

  /** Refused on a version that nobody has read; published once, however often the request comes. */
  private RunView publish(UUID run) throws Exception {
    RunsApi runs = new RunsApi(client("approver"));
    PublicationBody reason = new PublicationBody().reason("经核对，材料齐全");
    try {
      runs.publishV1RunsRunIdPublicationPost(run, "\"0-never-read\"", reason, null);
      throw new IllegalStateException("published in a version that nobody has read");
    } catch (ApiException refused) {
      Check.equal("a version that nobody has read", refused.getCode(), 412);
    }
    String version = version(runs, run);
    RunView published = runs.publishV1RunsRunIdPublicationPost(run, version, reason, "publish-once");
    Check.equal("again", runs.publishV1RunsRunIdPublicationPost(run, version, reason, "publish-once"), published);
    return published;
  }

  private static String version(RunsApi runs, UUID run) throws ApiException {
    ApiResponse<RunView> read = runs.getRunV1RunsRunIdGetWithHttpInfo(run);
    return read.getHeaders().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("etag"))
        .map(header -> header.getValue().get(0))
        .findFirst()
        .orElseThrow();
  }

  /** The run is completed, then published; each of its households is told once, never with an older revision. */
  private int hear(Bus publicity, RunView run) {
    String id = run.getId().toString();
    JsonObject completed = null, published = null;
    while (published == null || states.size() < run.getHouseholds()) {
      JsonObject event = publicity.next(any -> true);
      if (is(event, COMPLETED, id)) completed = event;
      if (is(event, TYPED, null)) keep(event);
      if (is(event, PUBLISHED, id)) published = event;
      Check.that("completed before it is published", published == null || completed != null);
    }
    Check.equal("cause of the publication", published.get("causationid"), completed.get("id"));
    return states.size();
  }

  private void hearHousehold(Bus publicity, String uscc) {
    keep(publicity.next(event -> is(event, TYPED, null) && event.get("subject").getAsString().equals(uscc)));
  }

  private static boolean is(JsonObject event, String type, String run) {
    return event.get("type").getAsString().equals(type)
        && (run == null || event.getAsJsonObject("data").get("run").getAsString().equals(run));
  }

  private void keep(JsonObject event) {
    JsonObject state = event.getAsJsonObject("data");
    JsonObject before = states.put(event.get("subject").getAsString(), state);
    if (before != null)
      Check.that("a revision that grows", state.get("revision").getAsLong() > before.get("revision").getAsLong());
  }

  /** What the public reads without a token. */
  private int total() throws ApiException {
    return new StatisticsApi(client(null))
        .getStatisticsV1StatisticsGet(region, null, null, null, RollUp.TOTAL, null)
        .getItems()
        .get(0)
        .getTotal();
  }

  /** A household that lacks nothing but its annual report. */
  private String unreported(UUID run) throws ApiException {
    List<ResultView> results =
        new RunsApi(client("officer"))
            .listResultsV1RunsRunIdResultsGet(run, null, 1000, null, "ineligible")
            .getItems();
    for (ResultView result : results) {
      List<String> defects =
          result.getClauses().stream().filter(clause -> clause.startsWith("base.")).collect(Collectors.toList());
      if (defects.equals(List.of("base.not-reported"))) return result.getUscc();
    }
    throw new IllegalStateException("every household has reported");
  }
}
