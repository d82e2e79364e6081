package brickyard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.apache.spark.JobExecutionStatus;
import org.apache.spark.SparkContext;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.JobData;
import org.apache.spark.status.api.v1.StageData;

/** How far the jobs of one group are, as `Progress` of wire.ts. */
final class Progress {
  /** So many of the last jobs are told with their stages. */
  private static final int JOBS = 20;

  private Progress() {}

  /** Empty when the group has no job. */
  static String of(SparkContext context, String group) throws IOException {
    int[] jobs = context.statusTracker().getJobIdsForGroup(group);
    if (jobs.length == 0) return "";
    Arrays.sort(jobs);
    AppStatusStore store = context.statusStore();
    int total = 0, done = 0, active = 0, failed = 0;
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Tables.JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("jobs");
      for (int at = 0; at < jobs.length; at++) {
        try {
          JobData job = store.job(jobs[at]);
          total += job.numTasks() - job.numSkippedTasks();
          done += job.numCompletedTasks();
          active += job.numActiveTasks();
          failed += job.numFailedTasks();
          if (at >= jobs.length - JOBS) job(json, store, job);
        } catch (NoSuchElementException forgotten) {
          // Spark keeps only the last few hundred
        }
      }
      json.writeEndArray();
      json.writeObjectFieldStart("tasks");
      numbers(json, total, done, active, failed);
      json.writeEndObject();
      json.writeNumberField("jobCount", jobs.length);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void job(JsonGenerator json, AppStatusStore store, JobData job) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", job.jobId());
    json.writeStringField("state", job.status() == JobExecutionStatus.SUCCEEDED ? "succeeded" : job.status() == JobExecutionStatus.FAILED ? "failed" : "running");
    json.writeStringField("name", job.name());
    json.writeArrayFieldStart("stages");
    var ids = job.stageIds().iterator();
    while (ids.hasNext()) {
      try {
        StageData stage = store.lastStageAttempt((Integer) ids.next());
        json.writeStartObject();
        json.writeNumberField("id", stage.stageId());
        json.writeStringField("name", stage.name());
        json.writeStringField("state", stage.status().toString().toLowerCase());
        numbers(json, stage.numTasks(), stage.numCompleteTasks(), stage.numActiveTasks(), stage.numFailedTasks());
        json.writeEndObject();
      } catch (NoSuchElementException forgotten) {
        // not begun, or forgotten
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void numbers(JsonGenerator json, int total, int done, int active, int failed) throws IOException {
    json.writeNumberField("total", total);
    json.writeNumberField("done", done);
    json.writeNumberField("active", active);
    json.writeNumberField("failed", failed);
  }
}
