import {
  BookUser,
  ChartNoAxesColumn,
  CalendarClock,
  HeartPulse,
  Inbox,
  LayoutTemplate,
  LockKeyhole,
  MessageSquareDashed,
  MessageSquareText,
  Palette,
  Radio,
  ScrollText,
  Settings,
  SquareKanban,
  Store,
  UserRound,
  Users,
  UsersRound,
  Webhook,
  Workflow,
} from '@lucide/vue'
import type { Component } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from 'vue-router'
import type { Access } from '#contract/route.ts'
import type { Session } from './state/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    access: Access
    /** Pages with an icon are drawn in the main menu, in the order of this file. */
    icon?: Component
    /** Key for "g" + letter jumps and tooltips. */
    keys?: string
  }
}

/** Every page: path, title, icon, who sees it. The menu is drawn from this. */
export const pages = [
  {
    path: '/inbox/:conversationId?',
    name: 'inbox',
    component: () => import('./pages/InboxPage.vue'),
    meta: { title: 'Inbox', access: 'member', icon: Inbox },
  },
  {
    path: '/welcome',
    name: 'welcome',
    component: () => import('./pages/WelcomePage.vue'),
    meta: { title: 'Welcome', access: 'admin' },
  },
  {
    path: '/contacts/:contactId?',
    name: 'contacts',
    component: () => import('./pages/ContactsPage.vue'),
    meta: { title: 'Contacts', access: 'member', icon: BookUser },
  },
  {
    path: '/leads/:leadId?',
    name: 'leads',
    component: () => import('./pages/LeadsPage.vue'),
    meta: { title: 'Leads', access: 'member', icon: SquareKanban },
  },
  {
    path: '/segments',
    name: 'segments',
    component: () => import('./pages/SegmentsPage.vue'),
    meta: { title: 'Segments', access: 'member', icon: UsersRound },
  },
  {
    path: '/templates',
    name: 'templates',
    component: () => import('./pages/TemplatesPage.vue'),
    meta: { title: 'Templates', access: 'member', icon: LayoutTemplate },
  },
  {
    path: '/templates/:templateId',
    name: 'template',
    component: () => import('./pages/TemplatePage.vue'),
    meta: { title: 'Template', access: 'member' },
  },
  {
    path: '/analytics',
    name: 'analytics',
    component: () => import('./pages/AnalyticsPage.vue'),
    meta: { title: 'Analytics', access: 'admin', icon: ChartNoAxesColumn },
  },
  {
    path: '/automation/rules/:ruleId',
    name: 'rule',
    component: () => import('./pages/RulePage.vue'),
    meta: { title: 'Rule', access: 'admin' },
  },
  {
    path: '/automation/:tab?',
    name: 'automation',
    component: () => import('./pages/AutomationPage.vue'),
    meta: { title: 'Automation', access: 'member', icon: Workflow },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./pages/SettingsPage.vue'),
    redirect: '/settings/channels',
    meta: { title: 'Settings', access: 'member', icon: Settings },
    children: [
      {
        path: 'channels',
        name: 'settings-channels',
        component: () => import('./pages/ChannelsPage.vue'),
        meta: { title: 'Channels', access: 'member', icon: Radio },
      },
      {
        path: 'channels/connect',
        name: 'settings-connect',
        component: () => import('./pages/ChannelConnectPage.vue'),
        meta: { title: 'Connect a number', access: 'admin' },
      },
      {
        path: 'channels/:channelId',
        name: 'settings-channel',
        component: () => import('./pages/ChannelPage.vue'),
        meta: { title: 'Number', access: 'admin' },
      },
      {
        path: 'health',
        name: 'settings-health',
        component: () => import('./pages/HealthPage.vue'),
        meta: { title: 'Health', access: 'member', icon: HeartPulse },
      },
      {
        path: 'webhooks',
        name: 'settings-webhooks',
        component: () => import('./pages/WebhooksPage.vue'),
        meta: { title: 'Webhook log', access: 'admin', icon: Webhook },
      },
      {
        path: 'messaging',
        name: 'settings-messaging',
        component: () => import('./pages/ChannelMessagingPage.vue'),
        meta: { title: 'Messaging', access: 'member', icon: MessageSquareText },
      },
      {
        path: 'business-hours',
        name: 'settings-business-hours',
        component: () => import('./pages/BusinessHoursPage.vue'),
        meta: { title: 'Business hours', access: 'member', icon: CalendarClock },
      },
      {
        path: 'saved-answers',
        name: 'settings-saved-answers',
        component: () => import('./pages/CannedRepliesPage.vue'),
        meta: { title: 'Saved answers', access: 'member', icon: MessageSquareDashed },
      },
      {
        path: 'business',
        name: 'settings-business',
        component: () => import('./pages/BusinessPage.vue'),
        meta: { title: 'Business', access: 'admin', icon: Store },
      },
      {
        path: 'pipeline',
        name: 'settings-pipeline',
        component: () => import('./pages/PipelinePage.vue'),
        meta: { title: 'Pipeline', access: 'member', icon: SquareKanban },
      },
      {
        path: 'team',
        name: 'settings-team',
        component: () => import('./pages/TeamPage.vue'),
        meta: { title: 'Team', access: 'member', icon: Users },
      },
      {
        path: 'privacy',
        name: 'settings-privacy',
        component: () => import('./pages/PrivacyPage.vue'),
        meta: { title: 'Privacy', access: 'admin', icon: LockKeyhole },
      },
      {
        path: 'audit',
        name: 'settings-audit',
        component: () => import('./pages/AuditPage.vue'),
        meta: { title: 'Audit log', access: 'admin', icon: ScrollText },
      },
      {
        path: 'profile',
        name: 'settings-profile',
        component: () => import('./pages/ProfilePage.vue'),
        meta: { title: 'Profile', access: 'member', icon: UserRound },
      },
      {
        path: 'appearance',
        name: 'settings-appearance',
        component: () => import('./pages/AppearancePage.vue'),
        meta: { title: 'Appearance', access: 'member', icon: Palette },
      },
    ],
  },
  {
    path: '/reminders',
    name: 'reminders',
    component: () => import('./pages/RemindersPage.vue'),
    meta: { title: 'Reminders', access: 'member' },
  },
  {
    path: '/search',
    name: 'search',
    component: () => import('./pages/SearchPage.vue'),
    meta: { title: 'Search', access: 'member' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./pages/SignInPage.vue'),
    meta: { title: 'Sign in', access: 'public' },
  },
  {
    path: '/forgot',
    name: 'forgot',
    component: () => import('./pages/ForgotPage.vue'),
    meta: { title: 'Forgot your password', access: 'public' },
  },
  {
    path: '/reset-password',
    name: 'reset-password',
    component: () => import('./pages/ResetPasswordPage.vue'),
    meta: { title: 'Set a new password', access: 'public' },
  },
  {
    path: '/sign-up',
    name: 'sign-up',
    component: () => import('./pages/SignUpPage.vue'),
    meta: { title: 'Create your workspace', access: 'public' },
  },
  {
    path: '/join',
    name: 'join',
    component: () => import('./pages/JoinPage.vue'),
    meta: { title: 'Join a team', access: 'public' },
  },
  {
    path: '/unlock',
    name: 'unlock',
    component: () => import('./pages/UnlockPage.vue'),
    meta: { title: 'Password of this installation', access: 'public' },
  },
  { path: '/', redirect: '/inbox' },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('./pages/NotFoundPage.vue'),
    meta: { title: 'Page not found', access: 'public' },
  },
] satisfies RouteRecordRaw[]

export const menuOf = (session: Session) =>
  (pages as RouteRecordRaw[]).filter(({ meta }) => meta?.icon && session.may(meta.access))

/** Where the menu leads: without what may follow in the path. */
export const pathOf = (path: string) => path.replace(/\/:.*$/, '')

/** The pages inside a page, for the menu it draws beside them. */
export function sectionsOf(name: string, session: Session) {
  const parent = (pages as RouteRecordRaw[]).find((page) => page.name === name)
  return (parent?.children ?? []).filter(({ meta }) => meta?.icon && session.may(meta.access))
}

export function createPages(session: Session): Router {
  const router = createRouter({ history: createWebHistory(), routes: pages })

  router.beforeEach(async (to) => {
    if (session.current.value === undefined) {
      try {
        await session.load()
      } catch {
        // App.vue shows that the server cannot be reached, with a button that tries again.
        return to.name === 'unlock' ? true : undefined
      }
    }
    return doorFor(session, String(to.name), to.meta.access, to.fullPath)
  })
  router.afterEach((to, from) => {
    // Inside a page it may say more, such as whose chat is open.
    if (to.name === from.name) return
    document.title = to.meta.title ? `${to.meta.title} · Parley` : 'Parley'
  })
  return router
}

/** Where a visitor is sent instead, or nothing when the page may be shown. */
function doorFor(session: Session, name: string, access: Access, wanted: string) {
  const { visitor, current } = session
  if (visitor.value?.needsAppPassword) return name === 'unlock' ? undefined : { name: 'unlock', query: nextOf(wanted) }
  if (visitor.value?.needsSetup) return name === 'sign-up' ? undefined : { name: 'sign-up' }
  if (name === 'unlock') return '/inbox'
  if (name === 'sign-up' && !current.value && !visitor.value?.registrationOpen) return { name: 'sign-in' }
  if (current.value)
    return name === 'sign-in' || name === 'sign-up' ? '/inbox' : session.may(access) ? undefined : '/inbox'
  return access === 'public' ? undefined : { name: 'sign-in', query: nextOf(wanted) }
}

const nextOf = (path: string) => (path === '/inbox' || path === '/' ? {} : { next: path })

/** Only a path of this dashboard: a link must not be able to send a person elsewhere after signing in. */
export const safeNext = (next: unknown) =>
  typeof next === 'string' && /^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(next) ? next : '/inbox'
