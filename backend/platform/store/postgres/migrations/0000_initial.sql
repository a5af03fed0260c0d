CREATE TABLE "workspaces" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C" NOT NULL,
	"settings" jsonb NOT NULL
);

--> statement-breakpoint
CREATE TABLE "users" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C" NOT NULL,
	"email" text collate "C" NOT NULL,
	"email_key" text collate "C" NOT NULL,
	"password_hash" text collate "C" NOT NULL,
	"role" text collate "C" NOT NULL,
	"disabled_at" timestamp(3) with time zone,
	"visibility" text collate "C",
	"totp_secret" text collate "C",
	"totp_enabled_at" timestamp(3) with time zone,
	"totp_step" integer
);

--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"token_hash" text collate "C" NOT NULL,
	"last_seen_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"user_agent" text collate "C",
	"ip" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "password_resets" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"token_hash" text collate "C" NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"code_hash" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "installations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"place" text collate "C" NOT NULL,
	"version" integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"actor_id" text collate "C",
	"actor_name" text collate "C",
	"action" text collate "C" NOT NULL,
	"subject_id" text collate "C",
	"subject_name" text collate "C",
	"details" jsonb NOT NULL,
	"ip" text collate "C",
	"sequence" integer,
	"seal" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"sequence" integer NOT NULL,
	"seal" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"email" text collate "C" NOT NULL,
	"email_key" text collate "C" NOT NULL,
	"role" text collate "C" NOT NULL,
	"token_hash" text collate "C" NOT NULL,
	"invited_by" text collate "C",
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"route" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"fingerprint" text collate "C" NOT NULL,
	"state" text collate "C" NOT NULL,
	"status" jsonb,
	"body" jsonb,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "channels" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"business_phone" text collate "C" NOT NULL,
	"phone_number_id" text collate "C",
	"proven_number_id" text collate "C",
	"business_account_id" text collate "C",
	"app_id" text collate "C",
	"access_token" text collate "C",
	"verify_token" text collate "C",
	"app_secret" text collate "C",
	"secret_hints" jsonb NOT NULL,
	"info" jsonb NOT NULL,
	"problem" jsonb,
	"sending_paused_at" timestamp(3) with time zone,
	"webhook_seen_at" timestamp(3) with time zone,
	"webhook_problem" text collate "C",
	"enabled" boolean DEFAULT true NOT NULL
);

--> statement-breakpoint
CREATE TABLE "send_rates" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"channel_id" text collate "C" NOT NULL,
	"window_start" timestamp(3) with time zone NOT NULL,
	"used" integer DEFAULT 0 NOT NULL
);

--> statement-breakpoint
CREATE TABLE "channel_health" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"channel_id" text collate "C" NOT NULL,
	"checked_at" timestamp(3) with time zone NOT NULL,
	"state" text collate "C" NOT NULL,
	"checks" jsonb NOT NULL,
	"callback_url" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C",
	"profile_name" text collate "C",
	"display_name" text collate "C" NOT NULL,
	"phone" text collate "C",
	"username" text collate "C",
	"email" text collate "C",
	"language" text collate "C",
	"tags" jsonb NOT NULL,
	"fields" jsonb NOT NULL,
	"opt_in_status" text collate "C" DEFAULT 'unknown' NOT NULL,
	"opt_in" jsonb NOT NULL,
	"marketing_stopped_at" timestamp(3) with time zone,
	"marketing_hold" jsonb,
	"blocked_at" timestamp(3) with time zone,
	"import_id" text collate "C",
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_identities" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"contact_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"value" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_merges" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"kept_id" text collate "C" NOT NULL,
	"removed" jsonb NOT NULL,
	"before" jsonb NOT NULL,
	"identity_ids" jsonb NOT NULL,
	"lead_ids" jsonb NOT NULL,
	"merge_ids" jsonb NOT NULL,
	"conversations" jsonb NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_bulks" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C",
	"change" jsonb NOT NULL,
	"ids" jsonb,
	"filter" jsonb,
	"state" text collate "C" NOT NULL,
	"total" integer NOT NULL,
	"seen" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"at_created" timestamp(3) with time zone,
	"at_id" text collate "C",
	"undo_until" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_bulk_batches" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"contact_bulk_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"before" jsonb NOT NULL,
	"after" jsonb NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_imports" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C",
	"file_name" text collate "C",
	"bytes" integer NOT NULL,
	"sha256" text collate "C",
	"options" jsonb NOT NULL,
	"columns" jsonb NOT NULL,
	"state" text collate "C" NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"done" double precision DEFAULT 0 NOT NULL,
	"complete" boolean DEFAULT true NOT NULL,
	"error" text collate "C",
	"finished_at" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "contact_import_problems" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"import_id" text collate "C" NOT NULL,
	"line" integer NOT NULL,
	"message" text collate "C" NOT NULL,
	"value" text collate "C",
	"cells" jsonb NOT NULL
);

--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"channel_id" text collate "C" NOT NULL,
	"contact_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"contact_phone" text collate "C",
	"status" text collate "C" NOT NULL,
	"assigned_to" text collate "C",
	"tags" jsonb NOT NULL,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"inbound_count" integer DEFAULT 0 NOT NULL,
	"needs_reply" boolean DEFAULT false NOT NULL,
	"waiting_since" timestamp(3) with time zone,
	"answered_at" timestamp(3) with time zone,
	"snoozed_until" timestamp(3) with time zone,
	"snoozed_by" text collate "C",
	"last_message" jsonb,
	"last_message_at" timestamp(3) with time zone NOT NULL,
	"last_inbound_at" timestamp(3) with time zone,
	"window_expires_at" timestamp(3) with time zone,
	"free_entry_expires_at" timestamp(3) with time zone,
	"referral" jsonb,
	"standby_since" timestamp(3) with time zone,
	"automation_paused_at" timestamp(3) with time zone,
	"automation_paused_by" text collate "C",
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"channel_id" text collate "C" NOT NULL,
	"contact_id" text collate "C" NOT NULL,
	"direction" text collate "C" NOT NULL,
	"type" text collate "C" NOT NULL,
	"content" jsonb NOT NULL,
	"status" text collate "C" NOT NULL,
	"rank" integer NOT NULL,
	"status_history" jsonb NOT NULL,
	"provider_message_id" text collate "C",
	"sent_at" timestamp(3) with time zone NOT NULL,
	"error" jsonb,
	"reply_to" jsonb,
	"reactions" jsonb NOT NULL,
	"pricing" jsonb,
	"source" text collate "C" NOT NULL,
	"user_id" text collate "C",
	"answer_seconds" integer,
	"is_first_answer" boolean DEFAULT false NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp(3) with time zone,
	"idempotency_key" text collate "C",
	"edited_at" timestamp(3) with time zone,
	"edit_history" jsonb,
	"raw" jsonb,
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "message_days" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"time_zone" text collate "C" NOT NULL,
	"day" text collate "C" NOT NULL,
	"received" integer NOT NULL,
	"sent" integer NOT NULL,
	"figures" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "message_day_marks" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"from" timestamp(3) with time zone NOT NULL,
	"to" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "thread_entries" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"user_id" text collate "C",
	"text" text collate "C",
	"mentions" jsonb NOT NULL,
	"edited_at" timestamp(3) with time zone,
	"before" jsonb,
	"after" jsonb,
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "conversation_reads" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"seen" integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"actor_name" text collate "C",
	"preview" text collate "C" NOT NULL,
	"entry_id" text collate "C",
	"read_at" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "media" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"channel_id" text collate "C",
	"message_id" text collate "C",
	"state" text collate "C" NOT NULL,
	"sha256" text collate "C",
	"mime_type" text collate "C",
	"bytes" integer,
	"filename" text collate "C",
	"provider_media_id" text collate "C",
	"provider_expires_at" timestamp(3) with time zone,
	"error" text collate "C",
	"user_id" text collate "C",
	"details" jsonb NOT NULL
);

--> statement-breakpoint
CREATE TABLE "canned_replies" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"shortcut" text collate "C" NOT NULL,
	"text" text collate "C" NOT NULL,
	"media_id" text collate "C",
	"owner_id" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"owner_id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"filter" jsonb NOT NULL,
	"shared" boolean DEFAULT false NOT NULL
);

--> statement-breakpoint
CREATE TABLE "bulk_actions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C",
	"change" jsonb NOT NULL,
	"filter" jsonb,
	"state" text collate "C" NOT NULL,
	"total" integer,
	"done" integer DEFAULT 0 NOT NULL,
	"undo_until" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "bulk_items" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"bulk_action_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"state" text collate "C" NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"last_message_at" timestamp(3) with time zone
);

--> statement-breakpoint
CREATE TABLE "segments" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C" NOT NULL,
	"filter" jsonb NOT NULL,
	"count" integer DEFAULT 0 NOT NULL,
	"chat_count" integer,
	"counted_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "lead_stages" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"position" integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE "leads" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"contact_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"conversation_id" text collate "C",
	"title" text collate "C" NOT NULL,
	"stage_id" text collate "C" NOT NULL,
	"status" text collate "C" NOT NULL,
	"value" double precision,
	"currency" text collate "C" NOT NULL,
	"owner_id" text collate "C",
	"next_step" text collate "C",
	"next_step_at" timestamp(3) with time zone,
	"closed_reason" text collate "C",
	"closed_at" timestamp(3) with time zone,
	"position" double precision NOT NULL,
	"source" text collate "C",
	"first_message_of" text collate "C",
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "lead_events" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"lead_id" text collate "C" NOT NULL,
	"field" text collate "C" NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"user_id" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "reminders" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"note" text collate "C" NOT NULL,
	"due_at" timestamp(3) with time zone NOT NULL,
	"state" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "scheduled_messages" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"user_id" text collate "C",
	"message" jsonb NOT NULL,
	"send_at" timestamp(3) with time zone NOT NULL,
	"state" text collate "C" NOT NULL,
	"error" jsonb,
	"message_id" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "automation_settings" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"business_hours" jsonb,
	"follow_ups" jsonb,
	"follow_ups_enabled" boolean DEFAULT false NOT NULL,
	"swept_until" timestamp(3) with time zone,
	"swept_id" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "automation_rules" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"name" text collate "C" NOT NULL,
	"enabled" boolean NOT NULL,
	"position" integer NOT NULL,
	"trigger" jsonb NOT NULL,
	"trigger_kind" text collate "C" NOT NULL,
	"match" text collate "C" NOT NULL,
	"conditions" jsonb NOT NULL,
	"steps" jsonb NOT NULL,
	"every_minutes" integer NOT NULL,
	"is_last" boolean NOT NULL,
	"created_by" text collate "C",
	"swept_until" timestamp(3) with time zone,
	"swept_id" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "rule_cooldowns" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"rule_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"happened_at" timestamp(3) with time zone NOT NULL,
	"key" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "automation_runs" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"kind" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"rule_id" text collate "C",
	"name" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"contact_name" text collate "C" NOT NULL,
	"outcome" text collate "C" NOT NULL,
	"reason" text collate "C" NOT NULL,
	"actions" jsonb NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "templates" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"business_account_id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"language" text collate "C" NOT NULL,
	"category" text collate "C" NOT NULL,
	"status" text collate "C" NOT NULL,
	"parameter_format" text collate "C" NOT NULL,
	"components" jsonb NOT NULL,
	"provider_template_id" text collate "C",
	"quality" text collate "C",
	"rejected_reason" text collate "C",
	"pending_category" text collate "C",
	"synced_at" timestamp(3) with time zone,
	"judged_at" timestamp(3) with time zone,
	"search_text" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"workspace_id" text collate "C",
	"state" text collate "C" NOT NULL,
	"claimed_until" timestamp(3) with time zone NOT NULL,
	"signed_by" text collate "C" NOT NULL,
	"bytes" integer NOT NULL,
	"body" text collate "C",
	"items" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"summary" text collate "C",
	"error" text collate "C"
);

--> statement-breakpoint
CREATE TABLE "webhook_dead_letters" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"delivery_id" text collate "C" NOT NULL,
	"channel_id" text collate "C",
	"key" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"error" text collate "C" NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"state" text collate "C" NOT NULL
);

--> statement-breakpoint
CREATE TABLE "orphans" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"channel_id" text collate "C" NOT NULL,
	"provider_message_id" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);

--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "audit_heads" ADD CONSTRAINT "audit_heads_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "send_rates" ADD CONSTRAINT "send_rates_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "channel_health" ADD CONSTRAINT "channel_health_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_identities" ADD CONSTRAINT "contact_identities_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_merges" ADD CONSTRAINT "contact_merges_kept_id_contacts_id_fk" FOREIGN KEY ("kept_id") REFERENCES "public"."contacts"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_bulks" ADD CONSTRAINT "contact_bulks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_bulk_batches" ADD CONSTRAINT "contact_bulk_batches_contact_bulk_id_contact_bulks_id_fk" FOREIGN KEY ("contact_bulk_id") REFERENCES "public"."contact_bulks"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_imports" ADD CONSTRAINT "contact_imports_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_import_problems" ADD CONSTRAINT "contact_import_problems_import_id_contact_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."contact_imports"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assigned_to_users_id_fk" FOREIGN KEY ("assigned_to") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "message_days" ADD CONSTRAINT "message_days_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "message_day_marks" ADD CONSTRAINT "message_day_marks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "thread_entries" ADD CONSTRAINT "thread_entries_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversation_reads" ADD CONSTRAINT "conversation_reads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversation_reads" ADD CONSTRAINT "conversation_reads_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "media" ADD CONSTRAINT "media_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "canned_replies" ADD CONSTRAINT "canned_replies_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "canned_replies" ADD CONSTRAINT "canned_replies_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "canned_replies" ADD CONSTRAINT "canned_replies_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "bulk_actions" ADD CONSTRAINT "bulk_actions_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_bulk_action_id_bulk_actions_id_fk" FOREIGN KEY ("bulk_action_id") REFERENCES "public"."bulk_actions"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lead_stages" ADD CONSTRAINT "lead_stages_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "leads" ADD CONSTRAINT "leads_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "leads" ADD CONSTRAINT "leads_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "leads" ADD CONSTRAINT "leads_stage_id_lead_stages_id_fk" FOREIGN KEY ("stage_id") REFERENCES "public"."lead_stages"("id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "leads" ADD CONSTRAINT "leads_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lead_events" ADD CONSTRAINT "lead_events_lead_id_leads_id_fk" FOREIGN KEY ("lead_id") REFERENCES "public"."leads"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "scheduled_messages" ADD CONSTRAINT "scheduled_messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "automation_settings" ADD CONSTRAINT "automation_settings_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "automation_rules" ADD CONSTRAINT "automation_rules_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "rule_cooldowns" ADD CONSTRAINT "rule_cooldowns_rule_id_automation_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."automation_rules"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "rule_cooldowns" ADD CONSTRAINT "rule_cooldowns_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "automation_runs" ADD CONSTRAINT "automation_runs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "automation_runs" ADD CONSTRAINT "automation_runs_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email_key");
--> statement-breakpoint
CREATE INDEX "users_workspace" ON "users" USING btree ("workspace_id","name","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "sessions" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id","last_seen_at","id");
--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token" ON "password_resets" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "password_resets_user" ON "password_resets" USING btree ("user_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "password_resets_expiry" ON "password_resets" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "recovery_codes_code" ON "recovery_codes" USING btree ("user_id","code_hash");
--> statement-breakpoint
CREATE INDEX "audit_entries_recent" ON "audit_entries" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "audit_entries" USING btree ("workspace_id","actor_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("workspace_id","action","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_entries_chain" ON "audit_entries" USING btree ("workspace_id","sequence");
--> statement-breakpoint
CREATE INDEX "audit_entries_unsealed" ON "audit_entries" USING btree ("sequence","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_heads_workspace" ON "audit_heads" USING btree ("workspace_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token" ON "invitations" USING btree ("token_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_email" ON "invitations" USING btree ("workspace_id","email_key");
--> statement-breakpoint
CREATE INDEX "invitations_workspace" ON "invitations" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "idempotency_keys_key" ON "idempotency_keys" USING btree ("workspace_id","route","key");
--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "channels_phone_number_id" ON "channels" USING btree ("workspace_id","phone_number_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "channels_proven_number_id" ON "channels" USING btree ("proven_number_id");
--> statement-breakpoint
CREATE INDEX "channels_number" ON "channels" USING btree ("phone_number_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "channels_workspace" ON "channels" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "channels_business_account" ON "channels" USING btree ("business_account_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "send_rates_channel" ON "send_rates" USING btree ("channel_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "channel_health_channel" ON "channel_health" USING btree ("channel_id");
--> statement-breakpoint
CREATE INDEX "channel_health_workspace" ON "channel_health" USING btree ("workspace_id","checked_at","id");
--> statement-breakpoint
CREATE INDEX "contacts_name" ON "contacts" USING btree ("workspace_id","display_name","id");
--> statement-breakpoint
CREATE INDEX "contacts_created" ON "contacts" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "contacts_updated" ON "contacts" USING btree ("workspace_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "contacts_import" ON "contacts" USING btree ("import_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "contacts_tags" ON "contacts" USING gin ("tags" jsonb_path_ops);
--> statement-breakpoint
CREATE UNIQUE INDEX "contact_identities_value" ON "contact_identities" USING btree ("workspace_id","kind","value");
--> statement-breakpoint
CREATE INDEX "contact_identities_contact" ON "contact_identities" USING btree ("contact_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "contact_merges_kept" ON "contact_merges" USING btree ("kept_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "contact_bulks_expiry" ON "contact_bulks" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "contact_bulk_batches_position" ON "contact_bulk_batches" USING btree ("contact_bulk_id","position");
--> statement-breakpoint
CREATE INDEX "contact_imports_recent" ON "contact_imports" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "contact_imports_expiry" ON "contact_imports" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE INDEX "contact_import_problems_line" ON "contact_import_problems" USING btree ("import_id","line","id");
--> statement-breakpoint
CREATE INDEX "contact_import_problems_created" ON "contact_import_problems" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_pair" ON "conversations" USING btree ("channel_id","contact_id");
--> statement-breakpoint
CREATE INDEX "conversations_recent" ON "conversations" USING btree ("workspace_id","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_status" ON "conversations" USING btree ("workspace_id","status","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_assignee" ON "conversations" USING btree ("workspace_id","assigned_to","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_needs_reply" ON "conversations" USING btree ("workspace_id","needs_reply","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_snoozed" ON "conversations" USING btree ("workspace_id","snoozed_until","id");
--> statement-breakpoint
CREATE INDEX "conversations_contact" ON "conversations" USING btree ("contact_id","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_created" ON "conversations" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_changed" ON "conversations" USING btree ("workspace_id","updated_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "messages_provider" ON "messages" USING btree ("channel_id","provider_message_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "messages_idempotency" ON "messages" USING btree ("workspace_id","idempotency_key");
--> statement-breakpoint
CREATE INDEX "messages_thread" ON "messages" USING btree ("workspace_id","conversation_id","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_status" ON "messages" USING btree ("workspace_id","status","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_type" ON "messages" USING btree ("workspace_id","type","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_channel" ON "messages" USING btree ("channel_id","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_author" ON "messages" USING btree ("workspace_id","user_id","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_recent" ON "messages" USING btree ("workspace_id","sent_at","id");
--> statement-breakpoint
CREATE INDEX "messages_changed" ON "messages" USING btree ("workspace_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "messages_outbox" ON "messages" USING btree ("conversation_id","status","sent_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "message_days_day" ON "message_days" USING btree ("workspace_id","time_zone","day");
--> statement-breakpoint
CREATE INDEX "message_day_marks_workspace" ON "message_day_marks" USING btree ("workspace_id","from","id");
--> statement-breakpoint
CREATE INDEX "thread_entries_thread" ON "thread_entries" USING btree ("conversation_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "thread_entries_notes" ON "thread_entries" USING btree ("conversation_id","kind","created_at","id");
--> statement-breakpoint
CREATE INDEX "thread_entries_kind" ON "thread_entries" USING btree ("workspace_id","kind","created_at","id");
--> statement-breakpoint
CREATE INDEX "conversation_reads_conversation" ON "conversation_reads" USING btree ("conversation_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_key" ON "notifications" USING btree ("user_id","key");
--> statement-breakpoint
CREATE INDEX "notifications_user" ON "notifications" USING btree ("user_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id","read_at","created_at","id");
--> statement-breakpoint
CREATE INDEX "notifications_expiry" ON "notifications" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "media_provider" ON "media" USING btree ("channel_id","provider_media_id");
--> statement-breakpoint
CREATE INDEX "media_message" ON "media" USING btree ("message_id","id");
--> statement-breakpoint
CREATE INDEX "media_content" ON "media" USING btree ("workspace_id","sha256","id");
--> statement-breakpoint
CREATE INDEX "media_state" ON "media" USING btree ("workspace_id","state","created_at","id");
--> statement-breakpoint
CREATE INDEX "media_created" ON "media" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "canned_replies_shortcut" ON "canned_replies" USING btree ("workspace_id","shortcut");
--> statement-breakpoint
CREATE INDEX "canned_replies_owner" ON "canned_replies" USING btree ("workspace_id","owner_id","shortcut","id");
--> statement-breakpoint
CREATE INDEX "canned_replies_media" ON "canned_replies" USING btree ("media_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name" ON "saved_views" USING btree ("owner_id","name");
--> statement-breakpoint
CREATE INDEX "saved_views_shared" ON "saved_views" USING btree ("workspace_id","shared","name","id");
--> statement-breakpoint
CREATE INDEX "bulk_actions_expiry" ON "bulk_actions" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_items_conversation" ON "bulk_items" USING btree ("bulk_action_id","conversation_id");
--> statement-breakpoint
CREATE INDEX "bulk_items_state" ON "bulk_items" USING btree ("bulk_action_id","state","id");
--> statement-breakpoint
CREATE INDEX "bulk_items_of" ON "bulk_items" USING btree ("conversation_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "segments_name" ON "segments" USING btree ("workspace_id","name");
--> statement-breakpoint
CREATE INDEX "lead_stages_order" ON "lead_stages" USING btree ("workspace_id","position","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "leads_first_message" ON "leads" USING btree ("workspace_id","first_message_of");
--> statement-breakpoint
CREATE INDEX "leads_board" ON "leads" USING btree ("stage_id","position","id");
--> statement-breakpoint
CREATE INDEX "leads_updated" ON "leads" USING btree ("workspace_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "leads_created" ON "leads" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "leads_status" ON "leads" USING btree ("workspace_id","status","updated_at","id");
--> statement-breakpoint
CREATE INDEX "leads_owner" ON "leads" USING btree ("workspace_id","owner_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "leads_next_step" ON "leads" USING btree ("workspace_id","next_step_at","id");
--> statement-breakpoint
CREATE INDEX "leads_value" ON "leads" USING btree ("workspace_id","value","id");
--> statement-breakpoint
CREATE INDEX "leads_contact" ON "leads" USING btree ("contact_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "lead_events_lead" ON "lead_events" USING btree ("lead_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "reminders_mine" ON "reminders" USING btree ("user_id","due_at","id");
--> statement-breakpoint
CREATE INDEX "reminders_state" ON "reminders" USING btree ("user_id","state","due_at","id");
--> statement-breakpoint
CREATE INDEX "reminders_conversation" ON "reminders" USING btree ("conversation_id","due_at","id");
--> statement-breakpoint
CREATE INDEX "scheduled_messages_conversation" ON "scheduled_messages" USING btree ("conversation_id","send_at","id");
--> statement-breakpoint
CREATE INDEX "scheduled_messages_state" ON "scheduled_messages" USING btree ("workspace_id","state","send_at","id");
--> statement-breakpoint
CREATE INDEX "scheduled_messages_time" ON "scheduled_messages" USING btree ("workspace_id","send_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "automation_settings_workspace" ON "automation_settings" USING btree ("workspace_id");
--> statement-breakpoint
CREATE INDEX "automation_settings_follow_ups" ON "automation_settings" USING btree ("follow_ups_enabled","id");
--> statement-breakpoint
CREATE INDEX "automation_rules_order" ON "automation_rules" USING btree ("workspace_id","position","id");
--> statement-breakpoint
CREATE INDEX "automation_rules_active" ON "automation_rules" USING btree ("workspace_id","enabled","trigger_kind","id");
--> statement-breakpoint
CREATE INDEX "automation_rules_sweep" ON "automation_rules" USING btree ("trigger_kind","enabled","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "rule_cooldowns_pair" ON "rule_cooldowns" USING btree ("rule_id","conversation_id");
--> statement-breakpoint
CREATE INDEX "rule_cooldowns_conversation" ON "rule_cooldowns" USING btree ("conversation_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "automation_runs_key" ON "automation_runs" USING btree ("workspace_id","key");
--> statement-breakpoint
CREATE INDEX "automation_runs_recent" ON "automation_runs" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "automation_runs_conversation" ON "automation_runs" USING btree ("conversation_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "automation_runs_rule" ON "automation_runs" USING btree ("rule_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "automation_runs_expiry" ON "automation_runs" USING btree ("expires_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "templates_name" ON "templates" USING btree ("workspace_id","business_account_id","name","language");
--> statement-breakpoint
CREATE INDEX "templates_provider" ON "templates" USING btree ("provider_template_id","id");
--> statement-breakpoint
CREATE INDEX "templates_workspace" ON "templates" USING btree ("workspace_id","name","id");
--> statement-breakpoint
CREATE INDEX "templates_status" ON "templates" USING btree ("workspace_id","status","name","id");
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_queue" ON "webhook_deliveries" USING btree ("state","claimed_until","id");
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_log" ON "webhook_deliveries" USING btree ("workspace_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_age" ON "webhook_deliveries" USING btree ("created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_dead_letters_key" ON "webhook_dead_letters" USING btree ("workspace_id","key");
--> statement-breakpoint
CREATE INDEX "webhook_dead_letters_state" ON "webhook_dead_letters" USING btree ("workspace_id","state","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "orphans_key" ON "orphans" USING btree ("channel_id","key");
--> statement-breakpoint
CREATE INDEX "orphans_message" ON "orphans" USING btree ("channel_id","provider_message_id","id");
--> statement-breakpoint
CREATE INDEX "orphans_expiry" ON "orphans" USING btree ("expires_at","id");
