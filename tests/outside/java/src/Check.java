import java.util.Objects;

/** What this system relies on. */
final class Check {
  private Check() {}

  static void equal(String what, Object found, Object expected) {
    if (!Objects.equals(found, expected)) throw new IllegalStateException(what + ": " + found + ", not " + expected);
  }

  static void that(String what, boolean holds) {
    if (!holds) throw new IllegalStateException(what);
  }
}
