// The reference of bench/processes: Flowable, embedded, on the database that is asked for. Each thread starts an instance,
// which runs up to its user task, and completes that task, again and again: two calls of the engine, two transactions. The
// task's id comes from a listener and not from a query, which is in Flowable's favour.
//
//   FlowableBench postgresql|h2 audit|none SECONDS THREADS…
//
// Prints a line of key=value for each number of threads; ../run says what the keys mean. Its CPU seconds have those of the
// JVM's compiler and garbage collector in them. History "none" and "audit" are Flowable's history levels, "audit" being
// its default; nothing else is changed from how Flowable comes but the connection pool. DMN history is off as it comes.

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flowable.common.engine.api.delegate.event.FlowableEngineEventType;
import org.flowable.common.engine.api.delegate.event.FlowableEntityEvent;
import org.flowable.common.engine.api.delegate.event.FlowableEvent;
import org.flowable.common.engine.api.delegate.event.FlowableEventListener;
import org.flowable.common.engine.impl.history.HistoryLevel;
import org.flowable.dmn.engine.DmnEngineConfiguration;
import org.flowable.dmn.engine.configurator.DmnEngineConfigurator;
import org.flowable.dmn.engine.impl.cfg.StandaloneDmnEngineConfiguration;
import org.flowable.engine.ProcessEngine;
import org.flowable.engine.delegate.DelegateExecution;
import org.flowable.engine.delegate.JavaDelegate;
import org.flowable.engine.impl.cfg.StandaloneProcessEngineConfiguration;
import org.flowable.task.api.Task;

public final class FlowableBench {
  public static final class LookUp implements JavaDelegate {
    @Override
    public void execute(DelegateExecution execution) {}
  }

  private static final ThreadLocal<String> createdTask = new ThreadLocal<>();

  private static final class TaskIds implements FlowableEventListener {
    @Override
    public void onEvent(FlowableEvent event) {
      createdTask.set(((Task) ((FlowableEntityEvent) event).getEntity()).getId());
    }
    @Override
    public boolean isFailOnException() {
      return true;
    }
    @Override
    public boolean isFireOnTransactionLifecycleEvent() {
      return false;
    }
    @Override
    public String getOnTransaction() {
      return null;
    }
  }

  // The same thousand applications as in permits.h, in the same order.
  private static Map<String, Object> application(int row) {
    return Map.of("Age", row % 100, "Zone", String.valueOf((char) ('A' + row / 100 % 5)), "BlueBadge", row / 500 == 1);
  }

  // ---- CPU time, in ticks of 1/100 s

  private static String[] stat(Path process) {
    try {
      String text = Files.readString(process.resolve("stat"));
      return text.substring(text.lastIndexOf(')') + 2).split(" ");  // From the third field on.
    } catch (IOException gone) {
      return null;
    }
  }

  private static long ticks(String[] stat) {
    return stat == null ? 0 : Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
  }

  // The postmaster, its children, and those of them that have ended.
  private static long serverTicks(long postmaster) throws IOException {
    if (postmaster == 0) return 0;
    String[] own = stat(Path.of("/proc/" + postmaster));
    long sum = ticks(own) + Long.parseLong(own[13]) + Long.parseLong(own[14]);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) processes::iterator) {
        if (!Character.isDigit(process.getFileName().toString().charAt(0))) continue;
        String[] child = stat(process);
        if (child != null && Long.parseLong(child[1]) == postmaster) sum += ticks(child);
      }
    }
    return sum;
  }

  // H2 flushes in the background: what was committed in this many milliseconds may be lost.
  private static final String WRITE_DELAY =
      "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'";

  private static String setting(HikariDataSource source, String query) throws Exception {
    try (Connection connection = source.getConnection();
         ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static long postmaster(HikariDataSource source) throws Exception {
    return Long.parseLong(stat(Path.of("/proc/" + setting(source, "select pg_backend_pid()")))[1]);
  }

  // ---- Running

  private record Run(long instances, long nanoseconds, long[] completions) {}

  private static Run run(ProcessEngine engine, int threads, double seconds) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    List<Future<long[]>> workers = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int first = thread * 37;
      Callable<long[]> work = () -> {
        long[] took = new long[1024];
        int count = 0;
        while (System.nanoTime() < end) {
          engine.getRuntimeService().startProcessInstanceByKey("permit", application((first + count) % 1000));
          long asked = System.nanoTime();
          engine.getTaskService().complete(createdTask.get());
          if (count == took.length) took = Arrays.copyOf(took, count * 2);
          took[count++] = System.nanoTime() - asked;
        }
        return Arrays.copyOf(took, count);
      };
      workers.add(pool.submit(work));
    }
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> worker : workers) all.add(worker.get());
    long nanoseconds = System.nanoTime() - begin;
    pool.shutdown();
    long[] completions = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new Run(completions.length, nanoseconds, completions);
  }

  // All thousand charges, and that the gateway went by them.
  private static BigDecimal charges(ProcessEngine engine) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int row = 0; row < 1000; row++) {
      engine.getRuntimeService().startProcessInstanceByKey("permit", application(row));
      String id = createdTask.get();
      Task task = engine.getTaskService().createTaskQuery().taskId(id).singleResult();
      BigDecimal charge = new BigDecimal(engine.getTaskService().getVariable(id, "Charge").toString());
      boolean dear = charge.compareTo(new BigDecimal(60)) > 0;
      if (!task.getTaskDefinitionKey().equals(dear ? "check" : "grant")) throw new IllegalStateException("row " + row);
      engine.getTaskService().complete(id);
      sum = sum.add(charge);
    }
    return sum;
  }

  public static void main(String[] arguments) throws Exception {
    boolean onPostgresql = arguments[0].equals("postgresql");
    boolean audit = arguments[1].equals("audit");
    double seconds = Double.parseDouble(arguments[2]);
    int[] threads = Arrays.stream(arguments).skip(3).mapToInt(Integer::parseInt).toArray();
    int most = Arrays.stream(threads).max().getAsInt();

    HikariDataSource source = new HikariDataSource();
    Path folder = Files.createTempDirectory("bench_processes");
    if (onPostgresql) {
      URI address = new URI(System.getenv("GUILDHALL_TEST_POSTGRES"));
      source.setJdbcUrl("jdbc:postgresql://" + address.getAuthority().replaceFirst(".*@", "") + address.getPath());
      source.setUsername(address.getUserInfo());
    } else {
      source.setJdbcUrl("jdbc:h2:file:" + folder.resolve("flowable"));
      source.setUsername("sa");
    }
    source.setMaximumPoolSize(most + 2);

    StandaloneProcessEngineConfiguration configuration = new StandaloneProcessEngineConfiguration();
    configuration.setDataSource(source);
    configuration.setDatabaseSchemaUpdate("true");
    configuration.setHistoryLevel(audit ? HistoryLevel.AUDIT : HistoryLevel.NONE);
    configuration.setTypedEventListeners(
        Map.of(FlowableEngineEventType.TASK_CREATED.name(), List.of(new TaskIds())));
    DmnEngineConfiguration decisions = new StandaloneDmnEngineConfiguration();
    configuration.addConfigurator(new DmnEngineConfigurator().setDmnEngineConfiguration(decisions));
    ProcessEngine engine = configuration.buildProcessEngine();
    Path models = Path.of(System.getProperty("models"));
    engine.getRepositoryService()
        .createDeployment()
        .addString("ten_rules.dmn", Files.readString(models.resolve("ten_rules.dmn")))
        .addString("model.bpmn20.xml", Files.readString(models.resolve("model.bpmn20.xml")))
        .deploy();

    String durable = onPostgresql
        ? "fsync_" + setting(source, "show fsync") + "_synchronous_commit_" + setting(source, "show synchronous_commit")
        : "written_after_up_to_" + setting(source, WRITE_DELAY) + "_ms";
    long postmaster = onPostgresql ? postmaster(source) : 0;
    BigDecimal charges = charges(engine);
    for (long warm = 0; warm < 5000;) warm += run(engine, most, 2).instances;  // Until most of it is compiled.
    for (int count : threads) {
      run(engine, count, 1);
      Path self = Path.of("/proc/self");
      long own = ticks(stat(self));
      long server = serverTicks(postmaster);
      Run measured = run(engine, count, seconds);
      double ownSeconds = (ticks(stat(self)) - own) / 100.0;
      double serverSeconds = (serverTicks(postmaster) - server) / 100.0;
      double wall = measured.nanoseconds / 1e9;
      long[] completions = measured.completions;
      System.out.printf(
          "engine=Flowable-%s database=%s history=%s durable=%s threads=%d instances=%d a_second=%.0f "
              + "own_cpu=%.2f server_cpu=%.2f p50_us=%.0f p99_us=%.0f charges=%s%n",
          ProcessEngine.VERSION, arguments[0], arguments[1], durable, count, measured.instances,
          measured.instances / wall, ownSeconds, serverSeconds, completions[completions.length / 2] / 1e3,
          completions[(int) (completions.length * 0.99)] / 1e3, charges.stripTrailingZeros().toPlainString());
    }

    if (engine.getRuntimeService().createProcessInstanceQuery().count() != 0) throw new IllegalStateException("some wait");
    long kept = engine.getHistoryService().createHistoricProcessInstanceQuery().finished().count();
    if (kept > 0 != audit) throw new IllegalStateException("history: " + kept);
    engine.close();
    source.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) Files.delete(file);
    }
    Files.delete(folder);
  }
}
