import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStore;

/** A MongoDB for machines without one: java -cp … MongoStandIn FILE HOST PORT. */
public final class MongoStandIn {
  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findAndModify", "findandmodify", "create", "createIndexes",
          "drop", "dropDatabase", "dropIndexes", "deleteIndexes", "renameCollection");

  /** H2 writes what it was given once a second; here an answer to a write means that kill -9 cannot undo it. */
  private static final class DurableBackend extends H2Backend {
    DurableBackend(MVStore store) {
      super(store);
    }

    @Override
    public Document handleMessage(MongoMessage message) {
      Document answer = super.handleMessage(message);
      Set<String> keys = message.getDocument().keySet();
      if (!keys.isEmpty() && WRITES.contains(keys.iterator().next())) {
        commit();
      }
      return answer;
    }
  }

  /** Drivers ask for wire version 9 or more; the server's own newest version stands for MongoDB 5.0. */
  private static final MongoVersion VERSION = new MongoVersion() {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return Math.max(13, ServerVersion.MONGO_5_0.getWireVersion());
    }
  };

  public static void main(String[] args) throws Exception {
    MVStore store = new MVStore.Builder().fileName(args[0]).cacheSize(8).autoCommitBufferSize(1024).open();
    // A commit a write makes many small chunks: free the old ones soon instead of after 45 s. Not at once: whoever reads meanwhile
    // may still need them ("Chunk not found", after which the store closes).
    store.setRetentionTime(5_000);
    MongoServer server = new MongoServer(new DurableBackend(store).version(VERSION));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind(args[1], Integer.parseInt(args[2]));
    System.out.println("listening on " + args[1] + ":" + args[2]);
  }
}
